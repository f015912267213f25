import { expect, test } from 'vitest'
import { isNamedBy } from '../ci-settings.ts'
import { defaultMapping } from '../mapping.ts'
import type { Check } from './check.ts'
import { expectedApps } from './expected-apps.ts'
import { reportText, sections, tallyWords } from './report.ts'
import { executorIn } from './runner-checks.ts'
import { sampleReview } from './sample-facts.ts'

const check = (group: Check['group'], name: string, state: Check['state'], more: Partial<Check> = {}): Check => ({
  group,
  name,
  state,
  words: `${name} is ${state}.`,
  evidence: [],
  fix: null,
  ...more,
})

const checks = [
  check('pipeline', 'CI', 'ok'),
  check('runners', 'Online', 'warning', {
    evidence: ['#1 paused'],
    fix: { kind: 'link', words: 'Open', href: 'https://git' },
  }),
  check('hosts', 'Plugin', 'ok'),
  check('hosts', 'Domain', 'problem', { fix: { kind: 'command', words: 'There', text: 'one\ntwo\n' } }),
]

test('the worst part comes first, and in it the worst check', () => {
  expect(sections(checks).map(({ title, checks: own }) => [title, own.map(({ name }) => name)])).toEqual([
    ['Dokku hosts', ['Domain', 'Plugin']],
    ['Runners', ['Online']],
    ['Pipeline', ['CI']],
  ])
})

test('what came out is counted in words', () => {
  expect(tallyWords(checks)).toBe('1 problem, 1 warning; 2 fine')
  expect(tallyWords(checks.slice(0, 1))).toBe('All 1 checks are fine')
})

test('the text tells all of it', () => {
  const report = { checks, checkedAt: new Date('2026-11-23T10:00:00Z'), checkedBy: 'hanako' }
  expect(reportText(report, { pathWithNamespace: 'hello/hello-app' })).toBe(`Wiring of hello/hello-app
1 problem, 1 warning; 2 fine. Checked 2026-11-23T10:00:00.000Z by hanako.

Dokku hosts
-----------
[problem] Domain: Domain is problem.
    fix:  There
          one
          two
[ok] Plugin: Plugin is ok.

Runners
-------
[warning] Online: Online is warning.
    seen: #1 paused
    fix:  Open
          https://git

Pipeline
--------
[ok] CI: CI is ok.
`)
})

test.each([
  ['Preparing the "docker+machine" executor\nUsing Docker executor with image ruby', 'docker+machine'],
  ['Using Shell (bash) executor...', null],
  ['Using Docker executor with image ruby:2.3.3 ...', 'docker'],
  [`${'x'.repeat(9000)}Preparing the "shell" executor`, null],
  ['', null],
])('the executor that a log names at its beginning', (log, executor) => expect(executorIn(log)).toBe(executor))

test.each([
  ['master', ['master'], true],
  ['release/1.0', ['release/*'], true],
  ['a-b-c', ['a*b*c'], true],
  ['ac', ['a*b*c'], false],
  ['aa', ['aa*a'], false],
  ['feature', ['*'], true],
  ['master2', ['master'], false],
])('whether %s is named by %j', (name, patterns, named) => expect(isNamedBy(name, patterns)).toBe(named))

test('branches whose slugs are one get one app where the environment is named by the slug', () => {
  const apps = (name: string) =>
    expectedApps(['a/b', 'a-b'], {
      jobs: [sampleReview({ environment: { name, action: 'start', onStop: null, autoStopIn: null } })],
      mapping: { ...defaultMapping, reviewApp: '$CI_PROJECT_NAME-$CI_ENVIRONMENT_SLUG' },
      projectName: 'hello',
      slugOf: (environmentName) => `slug-of-${environmentName}`,
    }).map(({ app }) => app)
  expect(apps('review/$CI_COMMIT_REF_SLUG')).toEqual(['hello-slug-of-review/a-b', 'hello-slug-of-review/a-b'])
  expect(apps('review/$CI_COMMIT_REF_NAME')).toEqual(['hello-slug-of-review/a/b', 'hello-slug-of-review/a-b'])
})
