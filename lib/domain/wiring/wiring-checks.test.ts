import { describe, expect, test } from 'vitest'
import type { CiSettings } from '#lib/domain/ci-settings.ts'
import type { Failure } from '#lib/domain/errors.ts'
import type { Runner } from '#lib/domain/runner.ts'
import { stopForecasts } from '#lib/domain/stop-forecast.ts'
import type { Webhook } from '#lib/domain/webhook.ts'
import { type CheckState, type Told, toldOr } from './check.ts'
import type { HostFacts, WiringFacts } from './facts.ts'
import {
  sampleFacts,
  sampleHost,
  sampleJob,
  sampleProduction,
  sampleReview,
  sampleVariable,
  stoppable,
} from './sample-facts.ts'
import { checksFor, wiringChecks } from './wiring-checks.ts'

const asOf = new Date('2026-11-23T10:00:00Z')
const forbidden: { failure: Failure } = { failure: { kind: 'forbidden', system: 'gitlab', message: '403 Forbidden' } }
const down: { failure: Failure } = { failure: { kind: 'unavailable', system: 'dokku', message: 'It is away.' } }

const contents = <Value>(told: Told<Value>): Value => toldOr(told, null) as Value
const settings = (change: Partial<CiSettings>): Partial<WiringFacts> => ({
  settings: { value: { ...contents(sampleFacts().settings), ...change } },
})
const runners = (...changes: Partial<Runner>[]): Partial<WiringFacts> => {
  const [runner] = contents(sampleFacts().runners)
  return { runners: { value: changes.map((change) => ({ ...(runner as Runner), ...change })) } }
}
const rules = { tags: ['docker'], untagged: true, protectedOnly: false }
const jobs = (
  ...given: WiringFacts['pipeline'] extends Told<infer File> ? (File & { jobs: unknown })['jobs'] : never
) => ({
  pipeline: { value: { ...contents(sampleFacts().pipeline), jobs: given } },
})
const pending = (job: Partial<ReturnType<typeof pendingJob>> = {}) => ({ pendingJobs: { value: [pendingJob(job)] } })
const pendingJob = (job: object) => ({
  id: 7,
  name: 'review',
  ref: 'fix',
  isTag: false,
  tags: [] as string[],
  webUrl: 'https://git/7',
  createdAt: new Date('2026-11-23T09:00:00Z'),
  ...job,
})
const variables = (...given: ReturnType<typeof sampleVariable>[]): Partial<WiringFacts> => {
  const changed = new Set(given.map(({ key }) => key))
  const rest = contents(sampleFacts().variables).filter(({ key }) => !changed.has(key))
  return { variables: { value: [...rest, ...given] } }
}
const without = (key: string): Partial<WiringFacts> => ({
  variables: { value: contents(sampleFacts().variables).filter((one) => one.key !== key) },
})
const host = (change: Partial<HostFacts>): Partial<WiringFacts> => ({ hosts: [sampleHost(change)] })
const webhook = (change: Partial<Webhook>): Partial<WiringFacts> => ({
  webhook: { ...(sampleFacts().webhook as Webhook), ...change },
})
const token = (change: object): Partial<WiringFacts> => ({
  token: { value: { ...contents(sampleFacts().token), ...change } },
})
const environment = (name: string, change: object = {}) => {
  const [production, review] = sampleFacts().environments
  return { ...(name === 'production' ? production : review), name, ...change } as WiringFacts['environments'][number]
}

test('in a wiring that is well every check is fine, and none is asked twice', () => {
  const checks = wiringChecks(sampleFacts(), asOf)
  expect(checks.filter(({ state }) => state !== 'ok')).toEqual([])
  const names = checks.map(({ name }) => name)
  expect(new Set(names).size).toBe(names.length)
  expect(names.length).toBeGreaterThan(30)
})

const stopping = (stop: object): Partial<WiringFacts> => ({
  pipeline: { value: { ...contents(sampleFacts().pipeline), forecasts: stopForecasts(stoppable(stop)) } },
})

/** Each check with what breaks it, how bad that is, and what its words must tell. */
const faults: [string, CheckState, Partial<WiringFacts>, string | RegExp][] = [
  ['CI/CD is switched on', 'problem', settings({ isCiEnabled: false }), 'switched off'],
  ['CI/CD is switched on', 'problem', settings({ isArchived: true }), 'archived'],
  ['CI/CD is switched on', 'unknown', { settings: forbidden }, '403 Forbidden'],
  [
    'The pipeline file is valid',
    'problem',
    {
      pipeline: {
        value: { path: 'ci.yml', isValid: false, complaints: ['jobs:rake unknown'], jobs: [], forecasts: [] },
      },
    },
    'cannot use ci.yml: jobs:rake unknown',
  ],
  ['The pipeline file is valid', 'unknown', { pipeline: forbidden }, '403 Forbidden'],
  [
    'Old deployments cannot overtake new ones',
    'warning',
    settings({ forwardDeployments: false }),
    'puts production back',
  ],
  [
    'Old deployments cannot overtake new ones',
    'warning',
    settings({ forwardRollbacks: false }),
    'rollback will be refused',
  ],
  ['Old deployments cannot overtake new ones', 'unknown', settings({ forwardDeployments: null }), 'does not say'],
  [
    'Artifacts do not pile up',
    'warning',
    { ...settings({ keepsLatestArtifacts: true }), ...jobs(sampleJob({ makesArtifacts: true })) },
    'those of rake',
  ],
  ['Artifacts do not pile up', 'unknown', settings({ keepsLatestArtifacts: null }), 'does not say'],

  ['A runner is online', 'problem', runners(), 'shared runners are switched off'],
  [
    'A runner is online',
    'problem',
    { ...runners(), ...settings({ sharedRunners: true }) },
    'The project has no runner:',
  ],
  ['A runner is online', 'problem', runners({ status: 'offline' }), 'No runner of this project is online'],
  ['A runner is online', 'problem', runners({ isPaused: true }), 'paused (#1 (docker))'],
  ['A runner is online', 'unknown', { runners: forbidden }, '403 Forbidden'],
  ['Every job has a runner for its tags', 'problem', jobs(sampleJob({ tags: ['gpu'] })), 'takes rake with `gpu`'],
  [
    'Every job has a runner for its tags',
    'problem',
    runners({ takes: { ...rules, untagged: false } }),
    'which has no tags',
  ],
  ['Every job has a runner for its tags', 'unknown', runners({ takes: null }), 'does not tell which tags'],
  ['No job is stuck', 'problem', { ...pending(), ...runners() }, 'because the project has no runner.'],
  ['No job is stuck', 'problem', { ...pending(), ...runners({ status: 'stale' }) }, 'none of its runners is online'],
  ['No job is stuck', 'problem', { ...pending(), ...runners({ isPaused: true }) }, 'is paused: #1 (docker)'],
  ['No job is stuck', 'problem', pending({ tags: ['gpu'] }), 'no runner has the tags `gpu`.'],
  [
    'No job is stuck',
    'problem',
    { ...pending(), ...runners({ takes: { ...rules, untagged: false } }) },
    'it has no tags',
  ],
  [
    'No job is stuck',
    'problem',
    { ...pending(), ...runners({ takes: { ...rules, protectedOnly: true } }) },
    'fix is not protected',
  ],
  ['No job is stuck', 'unknown', { pendingJobs: forbidden }, '403 Forbidden'],
  [
    'Jobs run in the executor that the pipeline is written for',
    'problem',
    { executor: { value: { executor: 'shell', jobName: 'rake' } }, ...jobs(sampleJob({ needsContainer: true })) },
    'The shell executor ignores `image` and `services`, which rake needs.',
  ],
  [
    'Jobs run in the executor that the pipeline is written for',
    'unknown',
    { executor: { value: null } },
    'No finished job',
  ],

  ['SSH_PRIVATE_KEY', 'problem', without('SSH_PRIVATE_KEY'), 'There is no SSH_PRIVATE_KEY: review will fail.'],
  [
    'SSH_PRIVATE_KEY',
    'warning',
    { ...without('SSH_PRIVATE_KEY'), unreadGroups: ['hello'] },
    'whether group hello has one',
  ],
  [
    'SSH_PRIVATE_KEY',
    'problem',
    variables(sampleVariable('SSH_PRIVATE_KEY', { type: 'env_var' })),
    'of type File and is a Variable',
  ],
  [
    'DOKKU_HOST',
    'problem',
    variables(sampleVariable('DOKKU_HOST', { type: 'file' })),
    'of type Variable and is a File',
  ],
  [
    'DOKKU_HOST',
    'problem',
    variables(sampleVariable('DOKKU_HOST', { isProtected: true })),
    'it is protected, so feature branches never see it',
  ],
  [
    'DOKKU_HOST',
    'problem',
    variables(sampleVariable('DOKKU_HOST', { environmentScope: 'production' })),
    'its scope is production',
  ],
  [
    'PRODUCTION_DOKKU_HOST',
    'problem',
    {
      ...variables(sampleVariable('PRODUCTION_DOKKU_HOST', { isProtected: true })),
      protectedRefs: { value: { branches: [], tags: [] } },
    },
    'it is protected, and master is not',
  ],
  [
    'HEROKU_API_KEY',
    'warning',
    {
      ...jobs(sampleProduction({ lines: ['dpl --api-key=$HEROKU_API_KEY'] })),
      ...variables(sampleVariable('HEROKU_API_KEY')),
    },
    'is a secret and is not masked',
  ],
  ['CI/CD variables can be read', 'unknown', { variables: forbidden }, '403 Forbidden'],
  ['Deploy key on review', 'problem', host({ keys: { value: ['SHA256:other'] } }), 'every push to it is refused'],
  ['Deploy key on review', 'unknown', host({ keys: down }), 'It is away.'],

  [
    'Every environment has its app',
    'problem',
    { environments: [environment('production', { app: null })] },
    'which app production is',
  ],
  [
    'Every environment has its app',
    'problem',
    { environments: [environment('production', { app: { host: 'gone', app: 'hello' } })] },
    'leads to gone, which Berth does not know',
  ],
  [
    'No two environments share an app',
    'problem',
    { environments: [environment('review/a'), environment('review/b')] },
    'review/a and review/b are both review/review-fix-abc123',
  ],
  [
    'No two branches share a review app',
    'problem',
    { expectedApps: ['a/b', 'a-b'].map((branch) => ({ branch, environmentName: 'review/a-b', app: 'review-a-b' })) },
    'a/b and a-b both become app review-a-b',
  ],
  [
    'App names are short enough',
    'problem',
    { expectedApps: [{ branch: 'x', environmentName: 'review/x', app: 'x'.repeat(64) }] },
    'at most 63 characters',
  ],
  [
    'App names are short enough',
    'problem',
    jobs(sampleProduction({ lines: ['dpl --provider=heroku --app=hello-app-production-of-the-whole-world'] })),
    'at most 30 characters: hello-app-production-of-the-whole-world is longer',
  ],
  [
    'Review apps stop by themselves',
    'warning',
    {
      ...jobs(
        sampleReview({
          environment: { name: 'review/$CI_COMMIT_REF_NAME', action: 'start', onStop: null, autoStopIn: null },
        }),
      ),
      environments: [environment('review/fix', { autoStopAt: null })],
    },
    '1 review app has no time at which GitLab stops it',
  ],

  ['What review deploys can be stopped', 'problem', stopping({ variables: {} }), 'fails once the branch is deleted'],
  ['What review deploys can be stopped', 'problem', stopping({ stage: 'deploy' }), 'a later stage'],
  ['What review deploys can be stopped', 'warning', stopping({ resource_group: 'other' }), 'may run at once'],
  ['Review apps can be stopped', 'unknown', { pipeline: forbidden }, '403 Forbidden'],

  ['A Dokku host is known', 'problem', { hosts: [], environments: [] }, 'no Dokku host'],
  ['review: host key', 'problem', host({ refusedKey: 'SHA256:new', installation: down }), 'It is away.'],
  ['review: host key', 'unknown', host({ installation: down }), 'shows no key'],
  ['review: reachable', 'problem', host({ installation: down }), 'It is away.'],
  [
    'review: Dokku is new enough',
    'warning',
    host({ installation: { value: { version: '0.21.4', servicePlugins: ['postgres'], berthPlugin: null } } }),
    'runs Dokku 0.21.4',
  ],
  [
    'review: database plugin',
    'problem',
    host({ installation: { value: { version: '0.38.27', servicePlugins: [], berthPlugin: null } } }),
    'no service plugin',
  ],
  ['review: global domain', 'problem', host({ globalDomains: { value: [] } }), 'no global domain'],
  ['review: global domain', 'unknown', host({ globalDomains: down }), 'It is away.'],

  ['Events arrive', 'warning', { webhook: null }, 'does not call Berth'],
  ['Events arrive', 'problem', webhook({ lastDeliveryAt: null }), 'has never called'],
  [
    'Events arrive',
    'problem',
    webhook({ lastRefusalAt: asOf, lastRefusal: 'Its token is another one.' }),
    'Its token is another one.',
  ],
  ['GitLab has not disabled it', 'problem', webhook({ gitlabStatus: 'disabled' }), 'for good'],
  ['GitLab has not disabled it', 'problem', webhook({ gitlabStatus: 'temporarily_disabled' }), 'for a while'],
  ['GitLab has not disabled it', 'unknown', webhook({ gitlabStatus: null }), 'does not say'],

  [
    'The default branch is protected',
    'warning',
    { protectedRefs: { value: { branches: ['main'], tags: [] } } },
    'every Developer',
  ],
  ['The default branch is protected', 'unknown', { protectedRefs: forbidden }, '403 Forbidden'],
  ['Production is guarded', 'unknown', { protectedEnvironments: forbidden }, '403 Forbidden'],

  ['The token has the scopes it needs', 'warning', token({ scopes: ['read_api'] }), 'may only look'],
  ['The token has the scopes it needs', 'problem', token({ scopes: ['read_user'] }), 'may not even look'],
  ['The token does not end soon', 'warning', token({ expiresAt: new Date('2026-12-01T00:00:00Z') }), 'in 7 days'],
  [
    'The token does not end soon',
    'problem',
    token({ expiresAt: new Date('2026-11-01T00:00:00Z') }),
    'ended on 2026-11-01',
  ],
  ['The token does not end soon', 'problem', token({ isActive: false }), 'not active any more'],
  ['The token’s role in the project', 'warning', settings({ accessLevel: 30 }), 'It is a Developer'],
  ['The token’s role in the project', 'warning', settings({ accessLevel: 20 }), 'It is a Reporter'],
  ['The token’s role in the project', 'problem', settings({ accessLevel: 10 }), 'less than a Reporter'],
  ['The clocks agree', 'warning', { gitlabClockSeconds: { value: -30 } }, '30 s behind'],
  ['The clocks agree', 'problem', { gitlabClockSeconds: { value: 300 } }, 'signed webhooks are refused'],
]

test.each(faults)('%s can be a %s', (name, state, change, words) => {
  const check = wiringChecks(sampleFacts(change), asOf).find((candidate) => candidate.name === name)
  expect(check).toMatchObject({ state, words: expect.stringMatching(words instanceof RegExp ? words : escaped(words)) })
})

const escaped = (text: string): RegExp => new RegExp(text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))

test('every check has a fault of its own here', () => {
  const broken = new Set(faults.map(([name]) => name.replace(/^production: /, 'review: ')))
  // What cannot be wrong by itself, and what is one check for each variable and host.
  const alike = /plugin berth$|^Deploy key on production|^SSH_KNOWN_HOSTS$/
  const names = wiringChecks(sampleFacts(), asOf).map(({ name }) => name.replace(/^production: /, 'review: '))
  expect(names.filter((name) => !broken.has(name) && !alike.test(name))).toEqual([])
})

test('a problem and a warning have a way out, or their words are one', () => {
  const bare = faults
    .filter(([, state]) => state === 'problem' || state === 'warning')
    .flatMap(([name, , change]) => wiringChecks(sampleFacts(change), asOf).filter((check) => check.name === name))
    .filter(({ fix }) => fix === null)
    .map(({ name }) => name)
  expect([...new Set(bare)].sort()).toEqual([
    'A Dokku host is known',
    'App names are short enough',
    'CI/CD is switched on',
    'The token does not end soon',
    'The token has the scopes it needs',
    'The token’s role in the project',
  ])
})

describe('boundaries', () => {
  test('a job that has just been made is not stuck yet', () => {
    const state = (createdAt: Date) =>
      wiringChecks(sampleFacts({ ...pending({ createdAt, tags: ['gpu'] }) }), asOf).find(
        ({ name }) => name === 'No job is stuck',
      )?.state
    expect(state(new Date(asOf.getTime() - 60_000))).toBe('ok')
    expect(state(new Date(asOf.getTime() - 61_000))).toBe('problem')
  })

  test('a busy runner leaves a job waiting, and not stuck', () => {
    const check = wiringChecks(sampleFacts(pending()), asOf).find(({ name }) => name === 'No job is stuck')
    expect(check).toMatchObject({ state: 'ok', words: '1 job waiting for a runner that is busy.' })
  })

  test('a protected variable is seen by the job of a protected branch, and of protected tags', () => {
    const key = sampleVariable('PRODUCTION_DOKKU_HOST', { isProtected: true })
    const stateOf = (change: Partial<WiringFacts>) =>
      wiringChecks(sampleFacts({ ...variables(key), ...change }), asOf).find(({ name }) => name === key.key)?.state
    expect(stateOf({})).toBe('ok')
    const byTag = jobs(sampleProduction({ isForTags: true }))
    expect(stateOf({ ...byTag, protectedRefs: { value: { branches: ['master'], tags: ['v*'] } } })).toBe('ok')
    expect(stateOf({ ...byTag, protectedRefs: { value: { branches: ['master'], tags: [] } } })).toBe('problem')
  })

  test('a group’s variable is as good as a project’s', () => {
    const group = { groupVariables: [sampleVariable('DOKKU_HOST', { owner: 'hello' })] }
    const check = wiringChecks(sampleFacts({ ...without('DOKKU_HOST'), ...group }), asOf).find(
      ({ name }) => name === 'DOKKU_HOST',
    )
    expect(check).toMatchObject({ state: 'ok', evidence: [expect.stringContaining('of group hello')] })
  })

  test('names of thirty and of sixty-three characters fit', () => {
    const app = 'x'.repeat(63)
    const fitting = {
      ...jobs(sampleProduction({ lines: [`dpl --provider=heroku --app=${'h'.repeat(30)}`] })),
      expectedApps: [{ branch: 'x', environmentName: 'review/x', app }],
    }
    const check = wiringChecks(sampleFacts(fitting), asOf).find(({ name }) => name === 'App names are short enough')
    expect(check?.state).toBe('ok')
  })
})

test('variables are for maintainers, everything else for everybody who sees the project', () => {
  const checks = wiringChecks(sampleFacts(), asOf)
  const as = (role: 'maintainer' | 'developer') => ({ access: { everywhere: null, projects: new Map([[42, role]]) } })
  expect(checksFor(as('maintainer'), 42, checks)).toEqual(checks)
  expect(checksFor(as('developer'), 42, checks)).toEqual(checks.filter(({ group }) => group !== 'variables'))
})
