import { describe, expect, test } from 'vitest'
import { neededVariables } from './needed-variables.ts'
import { pipelineJobs } from './pipeline-jobs.ts'

const ssh = [
  'eval $(ssh-agent -s)',
  'ssh-add <(echo "$SSH_PRIVATE_KEY")',
  'echo "$SSH_SERVER_HOSTKEYS" > ~/.ssh/known_hosts',
]

/** The talk's file as GitLab writes it out. */
const talk = {
  image: 'ruby:2.3.3',
  variables: { POSTGRES_PASSWORD: 'dbpass', DOKKU: 'ssh dokku@$DOKKU_HOST', APP_NAME: '$CI_ENVIRONMENT_SLUG' },
  before_script: ['bundle install --jobs $(nproc)'],
  '.before_ssh': ssh,
  rake: { stage: 'test', services: ['postgres:latest'], script: ['bundle exec rake'], artifacts: { paths: ['log'] } },
  review: {
    before_script: [ssh],
    script: [['$DOKKU apps:create $APP_NAME || echo $?']],
    environment: {
      name: 'review/$CI_COMMIT_REF_NAME',
      url: 'http://$CI_ENVIRONMENT_SLUG.$DOKKU_DOMAIN',
      on_stop: 'stop_review',
    },
    only: ['branches'],
  },
  stop_review: {
    variables: { GIT_STRATEGY: 'none' },
    before_script: [ssh],
    script: ['$DOKKU apps:destroy $CI_ENVIRONMENT_SLUG --force'],
    environment: { name: 'review/$CI_COMMIT_REF_NAME', action: 'stop' },
  },
  production: {
    tags: ['docker'],
    variables: { APP_NAME: 'hello-app' },
    script: ['dpl --provider=heroku --app=$APP_NAME --api-key=$HEROKU_PRODUCTION_API_KEY'],
    environment: { name: 'production' },
    only: ['tags'],
  },
}

describe('jobs of a pipeline file', () => {
  test('are what has a script, with what stands over all of them', () => {
    const jobs = pipelineJobs(talk)
    expect(jobs.map(({ name }) => name)).toEqual(['rake', 'review', 'stop_review', 'production'])
    expect(jobs[0]).toMatchObject({ needsContainer: true, makesArtifacts: true, environment: null, isReview: false })
    expect(jobs[0]?.lines).toContain('bundle install --jobs $(nproc)')
    expect(jobs[1]).toMatchObject({
      isReview: true,
      environment: { action: 'start', onStop: 'stop_review', autoStopIn: null },
    })
    expect(jobs[3]).toMatchObject({ tags: ['docker'], isForTags: true, isReview: false })
  })

  test.each([[null], ['text'], [['list']], [{}], [{ review: 'no job' }], [{ default: { script: 'x' } }]])(
    'there are none in %j',
    (document) => expect(pipelineJobs(document)).toEqual([]),
  )
})

describe('needed variables', () => {
  const needed = neededVariables(pipelineJobs(talk))
  const named = (key: string) => needed.find((one) => one.key === key)

  test('are what scripts use, and neither the file nor GitLab nor the shell sets', () => {
    expect(needed.map(({ key }) => key)).toEqual([
      'DOKKU_DOMAIN',
      'DOKKU_HOST',
      'HEROKU_PRODUCTION_API_KEY',
      'SSH_PRIVATE_KEY',
      'SSH_SERVER_HOSTKEYS',
    ])
  })

  test('know who uses them, through variables of the file too', () => {
    expect(named('DOKKU_HOST')?.usedBy.map(({ name }) => name)).toEqual(['review', 'stop_review'])
    expect(named('HEROKU_PRODUCTION_API_KEY')).toMatchObject({ purpose: 'heroku-key', isSecret: true })
  })

  const typeOf = (line: string) => neededVariables(pipelineJobs({ deploy: { script: [line] } }))[0]?.type
  test.each([
    ['echo "$SSH_PRIVATE_KEY" | ssh-add -', 'env_var'],
    ['ssh-add <(echo "$SSH_PRIVATE_KEY")', 'env_var'],
    ['ssh-add "$SSH_PRIVATE_KEY"', 'file'],
    ['chmod 400 "$SSH_PRIVATE_KEY"', 'file'],
    ['cat $SSH_KNOWN_HOSTS >> ~/.ssh/known_hosts', 'file'],
    ['ssh -i "$SSH_PRIVATE_KEY" dokku@host', 'file'],
    ['ssh-add - <<< "$SSH_PRIVATE_KEY"', 'env_var'],
    ['ssh-add - < "$SSH_PRIVATE_KEY"', 'file'],
    ['test -f "$SSH_PRIVATE_KEY" && ssh-add "$SSH_PRIVATE_KEY" || echo "$SSH_PRIVATE_KEY"', 'either'],
    ['ssh dokku@$DOKKU_HOST', 'env_var'],
  ])('%s wants %s', (line, type) => expect(typeOf(line)).toBe(type))

  test('that a script sets itself are not needed', () => {
    const script = ['export DOKKU_HOST=dokku.example.jp', 'ssh dokku@$DOKKU_HOST']
    expect(neededVariables(pipelineJobs({ deploy: { script } }))).toEqual([])
  })

  test('of a file that cannot be read are the usual ones', () => {
    expect(neededVariables(null).map(({ key }) => key)).toContain('SSH_PRIVATE_KEY')
  })
})
