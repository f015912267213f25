import { describe, expect, test } from 'vitest'
import { type KeepAlive, type PolicyMark, type PolicySubject, policyPlan } from './policy.ts'
import { asOf, minutesAgo } from './samples.ts'
import { defaultSettings, type PolicySettings } from './settings.ts'

const daysAgo = (days: number): Date => minutesAgo(days * 1440)
const inDays = (days: number): Date => daysAgo(-days)
const second = 1 / 60

/** A review app that nothing speaks against stopping. */
const subject = (more: Partial<PolicySubject> = {}, id = 7): PolicySubject => ({
  environment: {
    id,
    name: `review/${id}`,
    state: 'available',
    tier: 'development',
    createdAt: daysAgo(60),
    ...more.environment,
  },
  branchName: `branch-${id}`,
  branch: { isDefault: false, isProtected: false, committedAt: daysAgo(30) },
  mergeRequest: { iid: 12, state: 'opened', labels: [], endedAt: null },
  author: 'aiko',
  lastDeployedAt: daysAgo(20),
  isDeploying: false,
  protection: null,
  snooze: null,
  doubt: null,
  busy: null,
  failedAt: null,
  ...more,
  ...(more.environment ? { environment: { ...more.environment } } : {}),
})

const settings = (more: Partial<PolicySettings>): PolicySettings => ({ ...defaultSettings.policies, ...more })
const idle = settings({ idle: { days: 14, warnDays: 3 } })
const ended = settings({ stopEnded: true })
const perAuthor = settings({ keepPerAuthor: 2 })

const mark = (warnedAt: Date, actsAt: Date, more: Partial<PolicyMark> = {}): PolicyMark => ({
  environmentId: 7,
  policy: 'idle',
  warnedAt,
  actsAt,
  ...more,
})
const keep = (until: Date): KeepAlive => ({ environmentId: 7, until, by: 'Yuki', at: daysAgo(1) })

const planOf = (
  subjects: PolicySubject[],
  policies: PolicySettings,
  { marks = [] as PolicyMark[], keepAlives = [] as KeepAlive[] } = {},
) => policyPlan(subjects, policies, { marks, keepAlives }, asOf)
/** What becomes of the one environment: its intent, or why it is spared. */
const only = (...given: Parameters<typeof planOf>) => {
  const { intents, spared } = planOf(...given)
  expect(intents.length + spared.length).toBe(1)
  return { ...intents[0], reason: intents[0]?.reason ?? spared[0]?.reason }
}
const warned = { marks: [mark(daysAgo(4), daysAgo(1))] }

test('by default no policy wants anything', () => {
  expect(planOf([subject()], defaultSettings.policies)).toEqual({ intents: [], spared: [], withdrawn: [], moved: [] })
})

describe('idle', () => {
  const cases: [string, Date | null, object][] = [
    [
      'a second before the warning',
      minutesAgo(11 * 1440 - second),
      { due: 'later', actsAt: new Date(inDays(3).getTime() + 1000) },
    ],
    ['at the warning', daysAgo(11), { due: 'warn', warnsAt: asOf, actsAt: inDays(3) }],
    [
      'long after it, as when the policy is switched on',
      daysAgo(40),
      { due: 'warn', warnsAt: asOf, actsAt: inDays(3) },
    ],
    [
      'never deployed',
      null,
      { due: 'warn', reason: 'It was created on 2026-09-24 and never deployed; 14 days are allowed.' },
    ],
  ]
  test.each(cases)('%s', (_, lastDeployedAt, expected) => {
    expect(only([subject({ lastDeployedAt })], idle)).toMatchObject(expected)
  })

  test('stops at the very instant that it announced, and not before', () => {
    const marks = [mark(daysAgo(3), asOf)]
    expect(only([subject()], idle, { marks }).due).toBe('stop')
    expect(only([subject()], idle, { marks: [mark(daysAgo(3), new Date(asOf.getTime() + 1))] }).due).toBe('warned')
  })

  test('nothing is stopped that was not announced for the whole notice, however short the days have become', () => {
    const strict = settings({ idle: { days: 1, warnDays: 3 } })
    expect(only([subject()], strict, { marks: [mark(minutesAgo(3 * 1440 - second), daysAgo(1))] }).due).toBe('warned')
    expect(only([subject()], strict, { marks: [mark(daysAgo(3), daysAgo(1))] }).due).toBe('stop')
  })

  test('an instant that people were told stands when the days become fewer', () => {
    const strict = settings({ idle: { days: 1, warnDays: 0 } })
    expect(only([subject()], strict, { marks: [mark(daysAgo(1), inDays(2))] })).toMatchObject({
      due: 'warned',
      actsAt: inDays(2),
    })
  })

  test('a notice that became longer moves what was announced', () => {
    const patient = settings({ idle: { days: 14, warnDays: 7 } })
    const { moved, intents } = planOf([subject()], patient, { marks: [mark(daysAgo(1), inDays(2))] })
    expect(intents[0]).toMatchObject({ due: 'warned', actsAt: inDays(6) })
    expect(moved).toEqual([{ mark: mark(daysAgo(1), inDays(2)), actsAt: inDays(6) }])
  })

  test('a new deployment takes the announcement back', () => {
    const fresh = subject({ lastDeployedAt: daysAgo(1) })
    expect(planOf([fresh], idle, warned)).toMatchObject({ intents: [{ due: 'later' }], withdrawn: warned.marks })
  })

  test('without days of warning it is announced first all the same', () => {
    const abrupt = settings({ idle: { days: 14, warnDays: 0 } })
    expect(only([subject()], abrupt)).toMatchObject({ due: 'warn', actsAt: asOf })
    expect(only([subject()], abrupt, { marks: [mark(asOf, asOf)] }).due).toBe('stop')
  })
})

describe('keep alive', () => {
  test('nothing is stopped before it ends, and all is announced again before that', () => {
    expect(planOf([subject()], idle, { ...warned, keepAlives: [keep(inDays(7))] })).toMatchObject({
      intents: [{ due: 'later', warnsAt: inDays(4), actsAt: inDays(7) }],
      withdrawn: warned.marks,
    })
  })

  test('ends at its instant', () => {
    const marks = [mark(daysAgo(4), asOf)]
    expect(only([subject()], idle, { marks, keepAlives: [keep(asOf)] }).due).toBe('stop')
    const soon = new Date(asOf.getTime() + 1)
    expect(only([subject()], idle, { marks, keepAlives: [keep(soon)] })).toMatchObject({ due: 'warned', actsAt: soon })
  })

  test('holds for every policy', () => {
    const keepAlives = [keep(inDays(7))]
    const merged = subject({ mergeRequest: { iid: 12, state: 'merged', labels: [], endedAt: daysAgo(1) } })
    expect(only([merged], ended, { keepAlives }).actsAt).toEqual(inDays(7))
    const three = [
      subject({}, 7),
      subject({ lastDeployedAt: daysAgo(2) }, 8),
      subject({ lastDeployedAt: daysAgo(1) }, 9),
    ]
    expect(planOf(three, perAuthor, { keepAlives }).intents).toMatchObject([{ environmentId: 7, actsAt: inDays(7) }])
  })
})

describe('ended', () => {
  const merged = (endedAt: Date | null, more: Partial<PolicySubject> = {}) =>
    subject({ mergeRequest: { iid: 12, state: 'merged', labels: [], endedAt }, ...more })

  test('is announced when it ended and stopped some minutes later', () => {
    expect(only([merged(minutesAgo(1))], ended)).toMatchObject({
      due: 'warn',
      reason: 'Merge request !12 is merged, and GitLab did not stop it.',
      actsAt: minutesAgo(-15),
    })
    const marks = (minutes: number) => [mark(minutesAgo(minutes), minutesAgo(minutes - 15), { policy: 'ended' })]
    expect(only([merged(minutesAgo(60))], ended, { marks: marks(15) }).due).toBe('stop')
    expect(only([merged(minutesAgo(60))], ended, { marks: marks(15 - second) }).due).toBe('warned')
  })

  test('a deployment that ended after the merge begins the minutes anew', () => {
    const redeployed = merged(daysAgo(1), { lastDeployedAt: minutesAgo(5) })
    const marks = [mark(daysAgo(1), daysAgo(1), { policy: 'ended' })]
    expect(only([redeployed], ended, { marks })).toMatchObject({ due: 'warned', actsAt: minutesAgo(-10) })
  })

  test('leaves a branch alone that goes on after its merge request, and one whose merge is under way', () => {
    const branch = { isDefault: false, isProtected: false, committedAt: minutesAgo(1) }
    expect(planOf([merged(minutesAgo(60), { branch })], ended).intents).toEqual([])
    const locked = subject({ mergeRequest: { iid: 12, state: 'locked', labels: [], endedAt: null } })
    expect(planOf([locked, subject()], ended).intents).toEqual([])
  })

  test('a merge request that is open again takes the announcement back', () => {
    const marks = [mark(daysAgo(1), daysAgo(1), { policy: 'ended' })]
    expect(planOf([subject()], ended, { marks })).toMatchObject({ intents: [], withdrawn: marks })
  })
})

describe('per author', () => {
  const of = (author: string, id: number, days: number, more: Partial<PolicySubject> = {}) =>
    subject({ author, lastDeployedAt: daysAgo(days), ...more }, id)

  test('the most recently deployed stay, of each author', () => {
    const subjects = [of('aiko', 1, 3), of('aiko', 2, 1), of('aiko', 3, 2), of('yuki', 4, 9), of('yuki', 5, 8)]
    expect(planOf(subjects, perAuthor).intents).toMatchObject([
      {
        environmentId: 1,
        due: 'warn',
        reason: 'aiko has 3 review apps; the 2 deployed last stay.',
        actsAt: minutesAgo(-60),
      },
    ])
  })

  test('is stopped an hour after it was announced, and not before', () => {
    const subjects = [of('aiko', 1, 3), of('aiko', 2, 1), of('aiko', 7, 5)]
    const at = (minutes: number) => ({
      marks: [mark(minutesAgo(minutes), minutesAgo(minutes - 60), { policy: 'per-author' })],
    })
    expect(planOf(subjects, perAuthor, at(60)).intents).toMatchObject([{ environmentId: 7, due: 'stop' }])
    expect(planOf(subjects, perAuthor, at(60 - second)).intents).toMatchObject([{ environmentId: 7, due: 'warned' }])
  })

  test('of two deployed at once the newer environment stays; what has no known author counts for nobody', () => {
    expect(planOf([of('aiko', 1, 1), of('aiko', 2, 1), of('aiko', 3, 1)], perAuthor).intents).toMatchObject([
      { environmentId: 1 },
    ])
    expect(planOf([of('', 1, 1), of('', 2, 1), of('', 3, 1)], perAuthor).intents).toEqual([])
  })

  test('what is stopped and what is no review app take no place', () => {
    const stopped = of('aiko', 3, 1)
    stopped.environment = { ...stopped.environment, state: 'stopped' }
    const qa = of('aiko', 4, 1)
    qa.environment = { ...qa.environment, tier: 'testing' }
    expect(planOf([of('aiko', 1, 9), of('aiko', 2, 8), stopped, qa], perAuthor)).toMatchObject({
      intents: [],
      spared: [],
    })
  })
})

describe('what no policy ever stops', () => {
  const environment = subject().environment
  const branch = { isDefault: false, isProtected: false, committedAt: daysAgo(30) }
  const cases: [string, Partial<PolicySubject>, string][] = [
    [
      'production',
      { environment: { ...environment, name: 'production', tier: 'production' } },
      'production is a production environment and no review app.',
    ],
    [
      'staging',
      { environment: { ...environment, name: 'staging', tier: 'staging' } },
      'staging is a staging environment and no review app.',
    ],
    [
      'qa',
      { environment: { ...environment, name: 'qa', tier: 'testing' } },
      'qa is a testing environment and no review app.',
    ],
    ['the default branch', { branch: { ...branch, isDefault: true } }, 'It is of the default branch.'],
    ['a protected branch', { branch: { ...branch, isProtected: true } }, 'It is of a protected branch.'],
    ['what is kept', { protection: 'App demo is on the keep list (demo).' }, 'App demo is on the keep list (demo).'],
    [
      'a label',
      { mergeRequest: { iid: 12, state: 'opened', labels: ['bug', 'Keep'], endedAt: null } },
      'Merge request !12 has the label Keep.',
    ],
    [
      'what somebody snoozed',
      { snooze: { until: inDays(1), by: 'Yuki', reason: 'Demo on Friday' } },
      'Yuki snoozed it: Demo on Friday',
    ],
  ]
  test.each(cases)('%s', (_, more, reason) => {
    const plan = planOf([subject(more)], { ...idle, skipLabels: [' keep'] }, warned)
    expect(plan).toMatchObject({ intents: [], spared: [{ environmentId: 7, policy: 'idle', reason }] })
    expect(plan.withdrawn, 'what was announced is taken back').toEqual(warned.marks)
  })

  test('a snooze ends at its instant', () => {
    const snooze = { until: asOf, by: 'Yuki', reason: 'Demo' }
    expect(only([subject({ snooze })], idle, warned).due).toBe('stop')
  })

  test.each(['stopping', 'stopped'] as const)('what is %s already', (state) => {
    const going = subject({ environment: { ...environment, state } })
    expect(planOf([going], idle, warned)).toEqual({ intents: [], spared: [], withdrawn: warned.marks, moved: [] })
  })
})

describe('what makes a policy wait', () => {
  const cases: [string, Partial<PolicySubject>, string][] = [
    [
      'a source that is too old',
      { doubt: 'GitLab has been silent about this project.' },
      'GitLab has been silent about this project.',
    ],
    ['another operation', { busy: 'Berth is busy with it.' }, 'Berth is busy with it.'],
    ['a deployment', { isDeploying: true }, 'A deployment to it is running.'],
    ['a stop that failed', { failedAt: new Date(daysAgo(1).getTime() + 1) }, 'Stopping it failed less than a day ago.'],
  ]
  test.each(cases)('%s: neither announced nor stopped, and what was announced stays so', (_, more, hindrance) => {
    expect(only([subject(more)], idle)).toMatchObject({ due: 'later', hindrance })
    const plan = planOf([subject(more)], idle, warned)
    expect(plan).toMatchObject({ intents: [{ due: 'warned', hindrance }], withdrawn: [] })
  })

  test('a failed stop is tried again after a day', () => {
    expect(only([subject({ failedAt: daysAgo(1) })], idle, warned).due).toBe('stop')
  })

  test('in doubt nothing is taken back either: what seems gone may only be unseen', () => {
    const doubted = subject({ doubt: 'GitLab has been silent about this project.', lastDeployedAt: daysAgo(1) })
    expect(planOf([doubted], idle, warned).withdrawn).toEqual([])
  })
})

test('what two policies want is stopped once, by the one that may', () => {
  const merged = subject({ mergeRequest: { iid: 12, state: 'merged', labels: [], endedAt: daysAgo(2) } })
  const both = settings({ idle: { days: 14, warnDays: 3 }, stopEnded: true })
  const marks = [mark(daysAgo(1), inDays(2)), mark(daysAgo(1), daysAgo(1), { policy: 'ended' })]
  const plan = planOf([merged], both, { marks })
  expect(plan.intents).toMatchObject([{ policy: 'ended', due: 'stop' }])
  expect(plan.withdrawn).toEqual([])
})

test('the mark of an environment that is on no board any more, or of a policy that is off, is taken back', () => {
  const gone = mark(daysAgo(4), daysAgo(1), { environmentId: 99 })
  expect(planOf([subject()], idle, { marks: [gone] }).withdrawn).toEqual([gone])
  expect(planOf([subject()], defaultSettings.policies, warned).withdrawn).toEqual(warned.marks)
})
