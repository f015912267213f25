import { describe, expect, test } from 'vitest'
import { talkPipeline } from '#e2e/stand-ins/seed/talk-pipeline.ts'
import { readCiYaml } from '#lib/ci-yaml/read.ts'
import { pipelineFile, usualOptions } from './pipeline-file/index.ts'
import { type StopCheck, stopForecasts } from './stop-forecast.ts'

const name = 'review/$CI_COMMIT_REF_SLUG'
const condition = { if: '$CI_COMMIT_BRANCH' }
const review = {
  stage: 'deploy',
  script: ['deploy'],
  environment: { name, on_stop: 'stop' },
  resource_group: name,
  rules: [condition],
}
const stop = {
  stage: 'deploy',
  script: ['stop'],
  needs: ['review'],
  variables: { GIT_STRATEGY: 'none' },
  environment: { name, action: 'stop' },
  resource_group: name,
  rules: [{ ...condition, when: 'manual', allow_failure: true }],
}

const forecastOf = (jobs: object) => {
  const [forecast] = stopForecasts({ stages: ['deploy', 'later'], review, stop, ...jobs })
  if (!forecast) throw new Error('no job deploys a review app')
  return forecast
}
const failing = (jobs: object): StopCheck['name'][] =>
  forecastOf(jobs).checks.flatMap((check) => (check.passed ? [] : [check.name]))

test('a file that holds has nothing against it', () => {
  expect(failing({})).toEqual([])
  expect(forecastOf({})).toMatchObject({ deployJob: 'review', stopJob: 'stop', environmentName: name, willStop: true })
})

describe('each check fails where what it asks for is missing, alone', () => {
  test.each<[StopCheck['name'], object, boolean]>([
    ['on-stop', { review: { ...review, environment: { name } } }, false],
    ['stop-job', { stop: undefined }, false],
    ['stop-job', { stop: { ...stop, environment: { name } } }, false],
    ['same-environment', { stop: { ...stop, environment: { name: 'review/other', action: 'stop' } } }, false],
    ['manual', { stop: { ...stop, rules: [{ ...condition, allow_failure: true }] } }, false],
    [
      'same-rules',
      { stop: { ...stop, rules: [{ if: '$CI_MERGE_REQUEST_IID', when: 'manual', allow_failure: true }] } },
      false,
    ],
    ['same-rules', { review: { ...review, rules: [{ if: '$NO', when: 'never' }, condition] } }, false],
    ['reachable', { stop: { ...stop, needs: undefined, stage: 'later' } }, false],
    ['reachable', { stop: { ...stop, needs: ['review', 'e2e'] } }, false],
    ['git-strategy', { stop: { ...stop, variables: {} } }, false],
    ['git-strategy', { stop: { ...stop, variables: { GIT_STRATEGY: 'fetch' } } }, false],
    ['allow-failure', { stop: { ...stop, rules: [{ ...condition, when: 'manual' }] } }, true],
    ['resource-group', { stop: { ...stop, resource_group: undefined } }, true],
    [
      'resource-group',
      { review: { ...review, resource_group: undefined }, stop: { ...stop, resource_group: undefined } },
      true,
    ],
  ])('%s %#', (check, jobs, willStop) => {
    expect(failing(jobs)).toEqual([check])
    const forecast = forecastOf(jobs)
    expect(forecast.willStop).toBe(willStop)
    const failed = forecast.checks.find(({ passed }) => !passed)
    expect(failed?.words).not.toBe('')
    expect(failed?.evidence).not.toBe('')
  })
})

describe('each check passes by another way too', () => {
  test.each<[string, object]>([
    ['the same stage without needs', { stop: { ...stop, needs: undefined } }],
    ['no needs at all', { stop: { ...stop, needs: [] } }],
    ['needs with more said', { stop: { ...stop, needs: [{ job: 'review', artifacts: false }] } }],
    ['an empty checkout', { stop: { ...stop, variables: { GIT_STRATEGY: 'empty' } } }],
    ['a strategy for all jobs', { variables: { GIT_STRATEGY: 'none' }, stop: { ...stop, variables: undefined } }],
    [
      'when: manual in every rule, and none that never joins',
      {
        review: { ...review, rules: [{ if: '$NO', when: 'never' }, condition] },
        stop: {
          ...stop,
          rules: [
            { if: '$NO', when: 'never' },
            { ...condition, when: 'manual', allow_failure: true },
          ],
        },
      },
    ],
    [
      'only and except, manual for the whole job',
      {
        review: { ...review, rules: undefined, only: ['branches'], except: ['master'] },
        stop: { ...stop, rules: undefined, only: ['branches'], except: 'master', when: 'manual' },
      },
    ],
  ])('%s', (_, jobs) => {
    expect(failing(jobs)).toEqual([])
  })
})

test('an environment whose name does not change is nobody’s review app', () => {
  expect(stopForecasts({ staging: { script: ['a'], environment: 'staging' } })).toEqual([])
})

test('what Berth makes will stop, in both forms; the talk’s own has a risk', () => {
  const usual = usualOptions({ pathWithNamespace: 'hello/hello-app', defaultBranch: 'master' })
  const failedOf = (text: string) =>
    stopForecasts(readCiYaml(text)).map(({ willStop, checks }) => [
      willStop,
      checks.flatMap((check) => (check.passed ? [] : [check.name])),
    ])
  expect(failedOf(pipelineFile(usual))).toEqual([[true, []]])
  expect(failedOf(pipelineFile({ ...usual, syntax: 'only' }))).toEqual([[true, ['resource-group']]])
  expect(failedOf(talkPipeline)).toEqual([[true, ['resource-group']]])
})
