import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { lint } from '#e2e/stand-ins/gitlab/lint.ts'
import { optionFlaws, type PipelineOptions, pipelineBlocks, pipelineFile, usualOf, usualOptions } from './index.ts'

const usual = usualOptions({ pathWithNamespace: 'hello/hello-app', defaultBranch: 'master' })

/** Every golden file, and what is chosen in it besides the usual. */
const sets: Record<string, Partial<PipelineOptions>> = {
  'rails-dokku': {},
  'rails-heroku': { variant: 'heroku' },
  'rails-2017': {
    syntax: 'only',
    stagingApp: 'hello-app-staging.example.jp',
    productionApp: 'hello-app.example.jp',
  },
  'rails-2017-heroku': { syntax: 'only', variant: 'heroku', database: false },
  'rails-sqlite': { database: false, autoStop: '', seedCommand: '', appConfig: '' },
  'dockerfile-dokku': { language: 'dockerfile', ...usualOf('dockerfile'), database: false },
  'dockerfile-2017': { language: 'dockerfile', ...usualOf('dockerfile'), syntax: 'only' },
  'node-hosts-named': {
    language: 'node',
    ...usualOf('node'),
    reviewHost: 'review.example.jp',
    reviewDomain: 'review.example.jp:8080',
    productionHost: 'dokku.example.jp',
    stagingUrl: 'https://staging.example.jp/',
    productionUrl: 'https://www.example.jp/',
    autoStop: '3 days',
  },
  'python-heroku': {
    language: 'python',
    ...usualOf('python'),
    variant: 'heroku',
    database: false,
    image: 'python:3.13-slim',
  },
}

const fileOf = (more: Partial<PipelineOptions>): string => pipelineFile({ ...usual, ...more })

describe.each(Object.entries(sets))('%s', (name, more) => {
  const text = fileOf(more)

  test('is the file that was reviewed', async () => {
    await expect(text).toMatchFileSnapshot(`./golden/${name}.yml`)
  })

  test('is made of options without a flaw', () => {
    expect(optionFlaws({ ...usual, ...more })).toEqual([])
  })

  test('passes the lint without a warning', () => {
    const { errors, warnings } = lint(text, () => null)
    expect({ errors, warnings }).toEqual({ errors: [], warnings: [] })
  })

  test('holds each line as it is meant: YAML takes none for anything else', () => {
    const file = parse(text, { version: '1.1', merge: true })
    const commands = Object.values(file).flatMap((job) => {
      const { script = [], before_script: before = [] } = job as { script?: unknown[]; before_script?: unknown[] }
      return Array.isArray(job) ? job : [...script, ...before]
    })
    expect(commands.filter((command) => typeof command !== 'string')).toEqual([])
    expect(
      commands.filter((command) => !text.includes(command) && !text.includes(command.replaceAll("'", "''"))),
    ).toEqual([])
  })

  test('takes no host’s word for who it is, and hides no failure', () => {
    expect(text).not.toMatch(/StrictHostKeyChecking=no|ssh-keyscan|\|\| echo \$\?|\|\| true/)
  })

  test('destroys the app before its database', () => {
    const { script } = parse(text).stop_review
    const destroys = script.filter((line: string) => line.startsWith('gone ') && !line.includes('()'))
    expect(destroys.map((line: string) => line.split(' ')[1])).toEqual(
      { ...usual, ...more }.database ? ['apps:destroy', 'postgres:destroy'] : ['apps:destroy'],
    )
  })
})

test('today’s form has what the stop of a review app needs', () => {
  const { review, stop_review: stop } = parse(fileOf({}))
  expect(stop).toMatchObject({
    stage: review.stage,
    needs: ['review'],
    resource_group: review.resource_group,
    variables: { GIT_STRATEGY: 'none', APP_NAME: review.variables.APP_NAME, DB_NAME: review.variables.DB_NAME },
    environment: { name: review.environment.name, action: 'stop' },
    rules: [{ if: review.rules[0].if, when: 'manual', allow_failure: true }],
  })
  expect(review.environment).toMatchObject({
    on_stop: 'stop_review',
    auto_stop_in: '1 week',
    deployment_tier: 'development',
  })
})

test('among other jobs nothing is set for all of them', () => {
  const keys = pipelineBlocks({ ...usual, syntax: 'only' }, { isAlone: false }).map(({ key }) => key)
  expect(keys).toEqual([
    'stages',
    'variables',
    '.before_ssh',
    '.deploy_script',
    'rake',
    'review',
    'stop_review',
    'staging',
    'production',
  ])
})

describe('options that cannot be meant', () => {
  test.each<[Partial<PipelineOptions>, keyof PipelineOptions]>([
    [{ reviewHost: 'host; rm -rf /' }, 'reviewHost'],
    [{ reviewHost: 'host:22' }, 'reviewHost'],
    [{ productionHost: '-oProxyCommand=x' }, 'productionHost'],
    [{ reviewDomain: 'a b' }, 'reviewDomain'],
    [{ stagingApp: '' }, 'stagingApp'],
    [{ productionApp: 'Hello App' }, 'productionApp'],
    [{ stagingApp: 'hello-app' }, 'productionApp'],
    [{ variant: 'heroku', productionApp: 'an-app-with-more-than-thirty-characters' }, 'productionApp'],
    [{ seedCommand: 'rake "db:seed[a]"' }, 'seedCommand'],
    [{ seedCommand: 'rake\nrm' }, 'seedCommand'],
    [{ appConfig: 'A=1 it’s' }, 'appConfig'],
    [{ appConfig: 'A=$(id)' }, 'appConfig'],
    [{ autoStop: 'soon' }, 'autoStop'],
    [{ stagingUrl: 'ftp://x' }, 'stagingUrl'],
    [{ image: 'a b' }, 'image'],
    [{ testCommand: 'a\nb' }, 'testCommand'],
    [{ defaultBranch: '' }, 'defaultBranch'],
    [{ language: 'cobol' as 'node' }, 'language'],
  ])('%j', (more, field) => {
    expect(optionFlaws({ ...usual, ...more }).map((flaw) => flaw.field)).toEqual([field])
  })
})

test.each([
  'it’s',
  "it's: a 'test'",
  '[ -f x ] || y',
  '# no',
  'a: b',
  'a #b',
  '- x',
  'yes',
  '1:30',
  '&x',
  '*x',
  '{a}',
  '!x',
  'x ',
])('a command %j comes back from YAML as it was', (testCommand) => {
  expect(parse(fileOf({ testCommand })).rake.script.at(-1)).toBe(testCommand)
})
