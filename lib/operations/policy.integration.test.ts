import { beforeEach, describe, expect, test, vi } from 'vitest'
import { BerthError } from '#lib/domain/errors.ts'
import type { Notification } from '#lib/domain/notification.ts'
import { defaultSettings, type PolicySettings } from '#lib/domain/settings.ts'
import { log } from '#lib/log.ts'
import { decideProject } from '#lib/sync/decision.ts'
import { changeSettings } from './change-settings.ts'
import { fakeDeployment, fakeJob } from './fake-gitlab.ts'
import { fakeMergeRequest } from './fake-leaks.ts'
import { member } from './fake-world.ts'
import { keepAlive } from './keep-alive.ts'
import { mortal } from './mortal.ts'
import { runPolicies, runPoliciesNow } from './policy-run.ts'
import { ended, refusal } from './test-endings.ts'
import { anotherWorld, database, fake, givenFreshWorlds } from './test-world.ts'

givenFreshWorlds()

const hourMs = 3_600_000
const dayMs = 24 * hourMs
const review = { projectId: 42, environmentId: 3 }
/** The review app was deployed on 1 November at 9:00; it is 23 November, 10:00. */
const idle: Partial<PolicySettings> = { idle: { days: 24, warnDays: 3 }, skipLabels: ['keep'] }

beforeEach(seed)

async function seed(): Promise<void> {
  const { db } = database
  await db.$executeRaw`
    TRUNCATE "PolicyWarning", "KeepAlive", "ProjectSettings", "Source", "Channel", "OutboxMessage", "Branch", "MergeRequest" CASCADE`
  await db.dokkuApp.updateMany({ data: { domainsAt: fake.world.now() } })
  await db.channel.create({
    data: {
      projectId: 42,
      kind: 'webhook',
      name: 'ops',
      config: {},
      rules: [{ events: ['policy-warning'], environments: ['*'] }],
      createdBy: 'operator',
      createdAt: fake.world.now(),
    },
  })
  await observe()
}

/** What a look at GitLab and Dokku writes down just now. */
async function observe(): Promise<void> {
  const { db } = database
  const observedAt = fake.world.now()
  for (const environment of fake.gitlab.environmentList) {
    const id = BigInt(environment.id)
    const facts = { ...environment, id, observedAt }
    await db.environment.upsert({
      where: { id },
      create: { ...facts, projectId: 42, stateSince: observedAt },
      update: facts,
    })
  }
  for (const { job, environmentName: _, id, iid, environmentId, ...deployment } of fake.gitlab.deployments) {
    const facts = {
      ...deployment,
      iid: BigInt(iid),
      environmentId: BigInt(environmentId),
      projectId: 42,
      jobId: job && BigInt(job.id),
      finishedAt: job?.finishedAt ?? null,
      observedAt,
    }
    await db.deployment.upsert({ where: { id: BigInt(id) }, create: { ...facts, id: BigInt(id) }, update: facts })
  }
  for (const mergeRequest of fake.gitlab.mergeRequestList) {
    const facts = { ...mergeRequest, projectId: 42, observedAt }
    const where = { projectId_iid: { projectId: 42, iid: mergeRequest.iid } }
    await db.mergeRequest.upsert({ where, create: facts, update: facts })
  }
  for (const id of ['gitlab:42', 'dokku:review']) {
    await db.source.upsert({ where: { id }, create: { id, observedAt }, update: { observedAt } })
  }
  await decideProject(fake.world, 42, observedAt, 'all')
}

/** Time goes by, and both systems are looked at. */
async function later(milliseconds: number): Promise<void> {
  await fake.pause(milliseconds, new AbortController().signal)
  await observe()
}

const set = async (policies: Partial<PolicySettings>) => {
  const kept = await database.db.projectSettings.findUnique({ where: { projectId: 42 } })
  const settings = { ...defaultSettings, policies: { ...defaultSettings.policies, ...policies } }
  return changeSettings(fake.ctx, { projectId: 42, settings, seen: kept?.changedAt ?? null })
}
const run = () => runPolicies(fake.world)
const stops = () => fake.gitlab.changes.filter((change) => change.startsWith('stop'))
const marks = () => database.db.policyWarning.findMany({ select: { policy: true, actsAt: true } })
const audit = (action: string) =>
  database.db.auditEntry.findMany({
    where: { action },
    orderBy: { id: 'asc' },
    select: { actor: true, via: true, outcome: true, words: true },
  })
const told = async () => {
  const messages = await database.db.outboxMessage.findMany({ orderBy: { createdAt: 'asc' } })
  return messages.map(({ value }) => (value as unknown as Notification).title)
}
/** Carries the stop that was asked for to its end, as the worker does. */
async function carried(): Promise<void> {
  for (const { id } of await database.db.operation.findMany({ where: { status: 'running' } })) await ended({ id }, fake)
  await observe()
}

describe('the idle policy', () => {
  test('announces, is kept from it, announces again, and stops once', async () => {
    await set(idle)
    await run()
    expect(await marks()).toEqual([{ policy: 'idle', actsAt: new Date('2026-11-26T10:00:00Z') }])
    expect(await told()).toEqual(['review/fix will be stopped on 2026-11-26 10:00 UTC'])

    await later(2 * dayMs)
    await run()
    expect(stops()).toEqual([])
    const { until } = await keepAlive(
      { ...fake.ctx, actor: member('developer', { name: 'Yuki' }) },
      { ...review, days: 7 },
    )
    expect(until).toEqual(new Date('2026-12-02T10:00:00Z'))
    expect(await marks()).toEqual([])

    await later(2 * dayMs)
    await run()
    expect(stops(), 'its first day has passed, but somebody keeps it').toEqual([])

    await later(3 * dayMs)
    await run()
    expect(await marks()).toEqual([{ policy: 'idle', actsAt: new Date('2026-12-03T10:00:00Z') }])
    expect(await told()).toHaveLength(2)

    await later(3 * dayMs)
    await run()
    await run()
    expect(stops()).toEqual(['stop 3'])
    await carried()
    await run()
    expect(stops()).toEqual(['stop 3'])
    expect(await marks()).toEqual([])
    expect(await audit('stop')).toMatchObject([
      {
        actor: 'berth-policy',
        via: 'policy',
        outcome: 'requested',
        words: 'Its last deployment was on 2026-11-01; 24 days are allowed. review/fix is app review-fix on Dokku.',
      },
      { actor: 'berth-policy', via: 'system', outcome: 'succeeded' },
    ])
    expect(await audit('policy.warn')).toHaveLength(2)
    expect(await audit('policy.keep')).toMatchObject([
      { actor: 'Yuki', words: 'No policy stops it before 2026-12-02.' },
    ])
  })

  test('stops not a moment before the instant that it announced', async () => {
    await set(idle)
    await run()
    await later(3 * dayMs - 1)
    await run()
    expect(stops()).toEqual([])
    await later(1)
    await run()
    expect(stops()).toEqual(['stop 3'])
  })

  test('does nothing by default, and takes back what it announced when it is switched off', async () => {
    await run()
    expect(await marks()).toEqual([])
    await set(idle)
    await run()
    await later(4 * dayMs)
    await set({})
    await run()
    expect(stops()).toEqual([])
    expect(await marks()).toEqual([])
  })

  test('is switched off at the last moment, while GitLab is asked', async () => {
    await set(idle)
    await run()
    await later(4 * dayMs)
    const { environmentDeployments } = fake.gitlab
    fake.gitlab.environmentDeployments = async (...asked) => {
      await set({})
      return environmentDeployments(...asked)
    }
    await run()
    expect(stops()).toEqual([])
  })

  test('somebody presses Keep at the last moment, while GitLab is asked', async () => {
    await set(idle)
    await run()
    await later(4 * dayMs)
    const { environmentDeployments } = fake.gitlab
    fake.gitlab.environmentDeployments = async (...asked) => {
      await keepAlive(fake.ctx, { ...review, days: 1 })
      return environmentDeployments(...asked)
    }
    await run()
    expect(stops()).toEqual([])
  })

  test('a label that was added after the warning, which only GitLab knows yet, spares it', async () => {
    const mergeRequest = fakeMergeRequest(12, 'master', 'opened')
    fake.gitlab.mergeRequestList.push(mergeRequest)
    await observe()
    await set(idle)
    await run()
    await later(4 * dayMs)
    Object.assign(mergeRequest, { labels: ['keep'], updatedAt: fake.world.now() })
    await run()
    expect(stops()).toEqual([])
    await observe()
    await run()
    expect(await marks(), 'and takes back what was announced, once it was looked at').toEqual([])
  })

  test('a deployment that only GitLab knows yet spares it', async () => {
    await set(idle)
    await run()
    await later(4 * dayMs)
    const environment = fake.gitlab.environmentList[2]
    if (!environment) throw new Error('There is no review app.')
    const job = fakeJob({ id: 20, name: 'review', status: 'success' })
    const now = fake.world.now()
    fake.gitlab.deployments.push({ ...fakeDeployment(environment, job, 9, 'success'), createdAt: now, updatedAt: now })
    await run()
    expect(stops()).toEqual([])
  })

  test('waits while GitLab or the host is silent, and announces nothing', async () => {
    await set(idle)
    await run()
    await fake.pause(4 * dayMs, new AbortController().signal)
    await run()
    expect(stops()).toEqual([])
    expect(await marks()).toHaveLength(1)
    await observe()
    await run()
    expect(stops()).toEqual(['stop 3'])
  })

  test('a stop that fails is tried again a day later, and not before', async () => {
    fake.gitlab.ending = 'failed'
    await set(idle)
    await run()
    await later(3 * dayMs)
    await run()
    await carried()
    const environment = fake.gitlab.environmentList[2]
    if (environment) environment.state = 'available'
    await later(23 * hourMs)
    await run()
    expect(stops()).toHaveLength(1)
    await later(2 * hourMs)
    await run()
    expect(stops()).toHaveLength(2)
  })

  test.each([
    ['refused', dayMs],
    ['unavailable', hourMs],
  ] as const)('a stop that cannot even be asked for (%s) is audited and tried again later', async (kind, waitMs) => {
    await set(idle)
    await run()
    await later(3 * dayMs)
    const refuseOnce = () =>
      fake.gitlab.failures.push({ method: 'environment', error: new BerthError(kind, 'gitlab', 'GitLab said no.') })
    refuseOnce()
    await run()
    await run()
    expect(await audit('stop')).toMatchObject([{ actor: 'berth-policy', words: 'GitLab said no.' }])
    await later(waitMs - 1)
    await run()
    expect(stops()).toEqual([])
    await later(1)
    await run()
    expect(stops()).toEqual(['stop 3'])
  })
})

describe('what ended', () => {
  test('is stopped when GitLab did not within its grace, and nobody is told', async () => {
    const merged = { ...fakeMergeRequest(12, 'master', 'merged'), mergedAt: fake.world.now() }
    fake.gitlab.mergeRequestList.push(merged)
    await observe()
    await set({ stopEnded: true })
    await run()
    expect(await marks()).toMatchObject([{ policy: 'ended' }])
    await later(15 * 60_000 - 1)
    await run()
    expect(stops()).toEqual([])
    await later(1)
    await run()
    expect(stops()).toEqual(['stop 3'])
    expect(await told()).toEqual([])
  })

  test('is left alone when it was opened again a moment ago', async () => {
    const merged = { ...fakeMergeRequest(12, 'master', 'closed'), closedAt: fake.world.now() }
    fake.gitlab.mergeRequestList.push(merged)
    await observe()
    await set({ stopEnded: true })
    await run()
    await later(20 * 60_000)
    Object.assign(merged, { state: 'opened', closedAt: null, updatedAt: fake.world.now() })
    await run()
    expect(stops()).toEqual([])
  })
})

describe('several processes', () => {
  test('two workers at once announce once and stop once', async () => {
    await set(idle)
    await Promise.all([run(), run()])
    expect(await told()).toHaveLength(1)
    expect(await audit('policy.warn')).toHaveLength(1)
    await later(3 * dayMs)
    await Promise.all([run(), run()])
    expect(stops()).toEqual(['stop 3'])
    expect(await audit('stop')).toHaveLength(1)
  })

  test('killed at any step, a run is made good by the next ones: one warning told, one stop', async () => {
    vi.spyOn(log, 'error').mockImplementation(() => {})
    let wasKilled = true
    // Every third call is enough to meet each of its steps.
    for (let deathAt = 1; wasKilled; deathAt += 3) {
      await database.db.$executeRaw`TRUNCATE "Operation", "Environment", "Deployment", "BoardRow" CASCADE`
      anotherWorld()
      await seed()
      await set(idle)
      await run()
      await later(3 * dayMs)
      const { world, isDead } = mortal(fake.world, deathAt)
      await runPolicies(world).catch(() => {})
      wasKilled = isDead()
      await database.db
        .$executeRaw`UPDATE "Operation" SET "leaseUntil" = now() - interval '1 second' WHERE status = 'running'`
      await later(11 * 60_000)
      await run()
      await carried()
      await run()
      expect(stops(), `killed at ${deathAt}`).toEqual(['stop 3'])
      expect(await told()).toHaveLength(1)
    }
  }, 120_000)
})

describe('a run by hand', () => {
  test('does the same and is audited with whoever asked', async () => {
    await set(idle)
    const yuki = { ...fake.ctx, actor: member('maintainer', { name: 'Yuki' }) }
    expect(await runPoliciesNow(yuki, { projectId: 42 })).toMatchObject({ announced: 1, stopped: [] })
    await later(3 * dayMs)
    expect(await runPoliciesNow(yuki, { projectId: 42 })).toMatchObject({ stopped: ['review/fix'], refused: [] })
    expect(await audit('policy.run')).toMatchObject([
      { actor: 'Yuki', via: 'page', outcome: 'succeeded', words: 'Announced 1.' },
      { actor: 'Yuki', words: 'Stopping review/fix.' },
    ])
    expect(await audit('stop')).toMatchObject([{ actor: 'berth-policy', via: 'policy' }])
  })

  test.each(['reporter', 'developer', null] as const)('is refused to a %s', async (role) => {
    await set(idle)
    const error = await refusal(runPoliciesNow({ ...fake.ctx, actor: member(role) }, { projectId: 42 }))
    expect(error.kind).toBe(role === null ? 'not-found' : 'forbidden')
    expect(await marks()).toEqual([])
    expect(await audit('policy.run')).toHaveLength(1)
  })
})

describe('keep alive', () => {
  const developer = member('developer')
  const keep = (days: number, environmentId = 3, actor = developer) =>
    keepAlive({ ...fake.ctx, actor }, { projectId: 42, environmentId, days })

  test('never shortens what somebody said', async () => {
    const { until } = await keep(30)
    expect((await keep(1)).until).toEqual(until)
  })

  test.each([
    ['a reporter', () => keep(7, 3, member('reporter')), 'forbidden'],
    ['a stranger', () => keep(7, 3, member(null)), 'not-found'],
    ['no days', () => keep(0), 'invalid'],
    ['half a day', () => keep(0.5), 'invalid'],
    ['for ever', () => keep(31), 'invalid'],
    ['staging', () => keep(7, 1), 'refused'],
    ['what is not there', () => keep(7, 99), 'not-found'],
  ])('refuses %s, and says so in the audit', async (_, wish, kind) => {
    expect(await refusal(wish())).toMatchObject({ kind })
    expect(await database.db.keepAlive.count()).toBe(0)
    expect(await audit('policy.keep')).toHaveLength(1)
  })
})
