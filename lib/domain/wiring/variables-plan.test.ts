import { expect, test } from 'vitest'
import { neededVariables } from './needed-variables.ts'
import { pipelineJobs } from './pipeline-jobs.ts'
import { variablesPlan } from './variables-plan.ts'

const script = ['ssh-add "$SSH_PRIVATE_KEY"', 'git push dokku@$DOKKU_HOST:app', 'dpl --api-key=$HEROKU_API_KEY']
const needed = neededVariables(pipelineJobs({ deploy: { script } }))
const places = { reviewHost: 'dokku.test', productionHost: null, reviewDomain: null }
const existing = (...keys: string[]) => keys.map((key) => ({ key }))

test('what is missing and can be made is made, and the rest is told', () => {
  expect(variablesPlan(needed, [], places)).toEqual({
    allowed: true,
    variables: [
      { key: 'DOKKU_HOST', purpose: 'review-host', type: 'env_var' },
      { key: 'SSH_PRIVATE_KEY', purpose: 'deploy-key', type: 'file' },
    ],
    words:
      'Missing: DOKKU_HOST and SSH_PRIVATE_KEY. Berth cannot know what HEROKU_API_KEY should be: add it in GitLab.',
  })
})

test('what nobody has told is not guessed', () => {
  const plan = variablesPlan(needed, existing('SSH_PRIVATE_KEY'), { ...places, reviewHost: null })
  expect(plan).toEqual({
    allowed: false,
    reason: 'Berth cannot know what DOKKU_HOST and HEROKU_API_KEY should be: add them in GitLab.',
  })
})

test('nothing is made that is there', () => {
  const plan = variablesPlan(needed, existing('SSH_PRIVATE_KEY', 'DOKKU_HOST', 'HEROKU_API_KEY'), places)
  expect(plan).toEqual({ allowed: false, reason: 'Every variable that the pipeline uses is there.' })
})
