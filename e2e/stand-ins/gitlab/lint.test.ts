import { describe, expect, test } from 'vitest'
import { talkPipeline } from '../seed/talk-pipeline.ts'
import { lint } from './lint.ts'

const linted = (content: string, files: Record<string, string> = {}) => lint(content, (path) => files[path] ?? null)

const review = `
review:
  script: ./deploy
  environment: { name: review/$CI_COMMIT_REF_SLUG, on_stop: stop_review }
`

test('the talk’s pipeline is valid, and is written out without anchors and comments', () => {
  const { valid, errors, merged_yaml: merged } = linted(talkPipeline)
  expect({ valid, errors }).toEqual({ valid: true, errors: [] })
  expect(merged).not.toMatch(/[&*#]before_ssh|# for test/)
  expect(merged).toContain('.before_ssh:')
})

describe('a lint refuses, in GitLab’s words,', () => {
  test.each([
    ['', 'Please provide content of .gitlab-ci.yml'],
    ['just words', 'Invalid configuration format'],
    ['job:\n  script: [a', /^\(<unknown>\): .+ at line 2 column 13$/],
    ['stages: [test]', 'jobs config should contain at least one visible job'],
    ['job:\n  stage: test', 'jobs job config should implement the script:, run:, or trigger: keyword'],
    ['job:\n  script: a\n  scripts: b', 'jobs:job config contains unknown keys: scripts'],
    [
      'job:\n  script: a\n  rules: [{ when: always }]\n  only: [master]',
      'jobs:job config key may not be used with `rules`: only',
    ],
    [
      'job:\n  script: { a: b }',
      'jobs:job:script config should be a string or a nested array of strings up to 10 levels deep',
    ],
    [
      'job:\n  script: a\n  when: later',
      'jobs:job when should be one of: on_success, on_failure, always, manual, delayed',
    ],
    [
      'job:\n  script: a\n  stage: ship',
      'job job: chosen stage ship does not exist; available stages are .pre, build, test, deploy, .post',
    ],
    ['job:\n  script: a\n  needs: [other]', 'job job: undefined need: other'],
    [
      'job:\n  script: a\n  stage: build\n  needs: [other]\nother:\n  script: a\n  stage: deploy',
      'job job: need other is not defined in current or prior stages',
    ],
    [review, 'review job: on_stop job stop_review is not defined'],
    [`${review}stop_review: { script: a }`, 'review job: on_stop job stop_review does not have environment defined'],
    [
      `${review}stop_review: { script: a, environment: { name: review, action: stop } }`,
      'review job: on_stop job stop_review have different environment name',
    ],
    [
      `${review}stop_review: { script: a, environment: { name: review/$CI_COMMIT_REF_SLUG } }`,
      'review job: on_stop job stop_review needs to have action stop defined',
    ],
    [
      'job:\n  script: a\n  environment: { name: x, action: halt }',
      'jobs:job:environment action should be start, stop, prepare, verify, or access',
    ],
    ['job:\n  extends: .base\n  script: a', 'job: unknown keys in `extends` (.base)'],
    ['job:\n  script: !reference [.base, script]', '!reference [".base", "script"] could not be found'],
    ['include: /ci/none.yml\njob:\n  script: a', 'Local file `ci/none.yml` does not exist!'],
  ])('%j', (content, words) => {
    const { valid, errors } = linted(content)
    expect(valid).toBe(false)
    expect(errors).toEqual([words instanceof RegExp ? expect.stringMatching(words) : words])
  })
})

test('an optional need may be absent, and one of another project is not looked for', () => {
  expect(
    linted('job:\n  script: a\n  needs: [{ job: other, optional: true }, { project: a/b, job: c, ref: d }]').errors,
  ).toEqual([])
})

test('what is included and extended is merged key by key', () => {
  const { merged_yaml: merged } = linted(
    'include: { local: ci/base.yml }\njob:\n  extends: .base\n  variables: { B: "2" }',
    {
      'ci/base.yml': '.base:\n  script: a\n  variables: { A: "1" }',
    },
  )
  expect(merged).toBe(
    '---\n.base:\n  script: a\n  variables:\n    A: "1"\njob:\n  script: a\n  variables:\n    A: "1"\n    B: "2"\n',
  )
})

test('a last rule that takes every pipeline is warned of, unless the workflow says which run', () => {
  const job = 'job:\n  script: a\n  rules: [{ when: always }]\n'
  expect(linted(job).warnings).toEqual([expect.stringContaining('jobs:job may allow multiple pipelines to run')])
  expect(linted(`${job}workflow:\n  rules: [{ if: $CI_COMMIT_BRANCH }]\n`).warnings).toEqual([])
})
