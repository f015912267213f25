import { describe, expect, test, vi } from 'vitest'
import { clearAudit } from '#lib/db/fresh-database.ts'
import { BerthError } from '#lib/domain/errors.ts'
import { defaultMapping } from '#lib/domain/mapping.ts'
import type { Operation } from '#lib/domain/operation.ts'
import { subjectOf } from '#lib/domain/sweep-subject.ts'
import { log } from '#lib/log.ts'
import { sweepItems, sweepPreview } from '#lib/queries/sweep.ts'
import { cancelOperation } from './cancel-operation.ts'
import { fakeDeployment, fakeJob } from './fake-gitlab.ts'
import { fakeMergeRequest, leak, leakReviewApps } from './fake-leaks.ts'
import { member, onlooker, operator } from './fake-world.ts'
import { sweep } from './sweep.ts'
import { ended, refusal, survived } from './test-endings.ts'
import { anotherWorld, database, fake, givenFreshWorlds } from './test-world.ts'

givenFreshWorlds()

const wished = (subjects: string[], confirmation = `sweep ${subjects.length}`) => ({
  projectId: 42,
  subjects,
  confirmation,
})
const audit = (action: string) => database.db.auditEntry.findMany({ where: { action }, orderBy: { id: 'asc' } })
const wordsOf = async ({ id }: Pick<Operation, 'id'>) =>
  (await sweepItems(fake.ctx, id)).map(({ status, words }) => `${status}: ${words}`)

async function find(kind: string, subject: string, more: object = {}): Promise<void> {
  await database.db.finding.create({
    data: {
      activeKey: `${kind} ${subject}`,
      kind,
      subject,
      projectId: 42,
      host: 'review',
      severity: 'attention',
      since: new Date('2026-11-20T00:00:00Z'),
      openedAt: new Date('2026-11-20T00:00:00Z'),
      value: {
        words: `It is ${kind}.`,
        subject: { ...subjectOf(subject) },
        evidence: [],
        resolutions: [],
      },
      ...more,
    },
  })
}

/** GitLab has it available again, as sync has seen. */
async function up(index: number): Promise<void> {
  const environment = fake.gitlab.environmentList.find(({ id }) => id === leak(index).environmentId)
  if (environment) environment.state = 'available'
  await database.db.environment.updateMany({
    where: { id: BigInt(leak(index).environmentId) },
    data: { state: 'available' },
  })
}

describe('a sweep', () => {
  test('destroys what GitLab stopped, app first, and says so in the audit', async () => {
    const subjects = await leakReviewApps(fake, database.db, 2)
    const operation = await ended(await sweep(fake.ctx, wished(subjects)), fake)
    expect(operation).toMatchObject({ status: 'succeeded', title: '2 leftovers', kind: 'sweep' })
    expect(operation.steps.at(-1)?.words).toBe('2 done, 0 failed, 0 skipped.')
    expect(await wordsOf(operation)).toEqual([
      'done: Berth destroyed app review-leak-1 and database review-leak-1-database.',
      'done: Berth destroyed app review-leak-2 and database review-leak-2-database.',
    ])
    expect(fake.host.changes.slice(0, 2)).toEqual([
      'destroy app review-leak-1',
      'destroy database review-leak-1-database',
    ])
    expect(fake.gitlab.changes).toEqual([])
    expect(await audit('sweep.destroy-app')).toMatchObject([
      {
        actor: 'operator',
        via: 'system',
        outcome: 'succeeded',
        target: 'app review-leak-1',
        operationId: operation.id,
      },
      { target: 'app review-leak-2' },
    ])
    expect(await audit('sweep.destroy-database')).toHaveLength(2)
  })

  test('of forty goes on past those that fail, and spares those that are needed again', {
    timeout: 60_000,
  }, async () => {
    const subjects = await leakReviewApps(fake, database.db, 40)
    const started = await sweep(fake.ctx, wished(subjects))
    for (const index of [3, 17, 31]) {
      const error = new BerthError('refused', 'dokku', `apps:destroy said: no ${index}`)
      fake.host.failures.push({ method: 'destroyApp', name: leak(index).app, error })
    }
    fake.gitlab.mergeRequestList.push(fakeMergeRequest(9, leak(8).branch, 'opened'))
    const again = fake.gitlab.environmentList.find(({ id }) => id === leak(22).environmentId)
    if (again) again.state = 'available'
    const operation = await ended(started, fake)
    expect(operation.status).toBe('failed')
    expect(operation.failure?.message).toBe('35 done, 3 failed, 2 skipped.')
    const words = await wordsOf(operation)
    expect(words[2]).toBe('failed: apps:destroy said: no 3')
    expect(words[7]).toBe('skipped: Merge request !9 is open again.')
    expect(words[21]).toBe('skipped: review/leak-22 is up again.')
    expect([...fake.host.apps.keys()].sort()).toEqual(
      ['hello', 'review-fix', ...[3, 8, 17, 22, 31].map((index) => leak(index).app)].sort(),
    )
    expect(await audit('sweep.destroy-app')).toHaveLength(38)
    expect(fake.gitlab.questions / 40).toBeLessThan(6)
  })

  test('stops in GitLab first, and says of a stop that removed nothing that Berth destroyed it', async () => {
    const [subject = ''] = await leakReviewApps(fake, database.db, 1)
    await up(1)
    fake.gitlab.jobs = fake.gitlab.jobs.filter(({ name }) => name !== 'stop_review')
    await find('branch-gone', subject)
    const operation = await ended(await sweep(fake.ctx, wished([subject])), fake)
    expect(await wordsOf(operation)).toEqual([
      'done: GitLab’s stop removed nothing; Berth destroyed app review-leak-1 and database review-leak-1-database.',
    ])
    expect(fake.gitlab.changes).toEqual(['stop 101'])
    expect(await audit('stop')).toMatchObject([{ via: 'system' }, { outcome: 'failed' }])
  })

  test('leaves what GitLab’s stop tore down itself', async () => {
    await leakReviewApps(fake, database.db, 1)
    await up(1)
    const stopJob = fake.gitlab.stopEnvironment
    fake.gitlab.stopEnvironment = async (projectId, id) => {
      fake.host.apps.delete(leak(1).app)
      fake.host.databases.delete(leak(1).database)
      return stopJob(projectId, id)
    }
    await find('branch-gone', leak(1).subject)
    const operation = await ended(await sweep(fake.ctx, wished([leak(1).subject])), fake)
    expect(await wordsOf(operation)).toEqual([
      'done: GitLab’s stop removed app review-leak-1 and database review-leak-1-database.',
    ])
    expect(fake.host.changes).toEqual([])
  })

  test('fails an item whose stop fails, and destroys nothing of it', async () => {
    await leakReviewApps(fake, database.db, 1)
    await up(1)
    fake.gitlab.ending = 'failed'
    const job = fake.gitlab.deployments.find(({ environmentId }) => environmentId === leak(1).environmentId)?.job
    if (job?.pipeline) job.pipeline.id = 901
    await find('branch-gone', leak(1).subject)
    const operation = await ended(await sweep(fake.ctx, wished([leak(1).subject])), fake)
    expect(operation.status).toBe('failed')
    expect((await wordsOf(operation))[0]).toContain('failed: Job stop_review failed')
    expect(fake.host.changes).toEqual([])
  })

  test('pauses while a host is silent, fails its item then, and goes on', async () => {
    const subjects = await leakReviewApps(fake, database.db, 3)
    const started = await sweep(fake.ctx, wished(subjects))
    fake.host.silent = true
    const operation = await ended(started, fake)
    expect(operation.failure?.message).toBe('0 done, 3 failed, 0 skipped.')
    expect(fake.host.changes).toEqual([])
  })

  test('looks before it asks again when the answer to a destruction was lost', async () => {
    await leakReviewApps(fake, database.db, 1)
    const error = new BerthError('unavailable', 'dokku', 'The connection was lost.')
    fake.host.failures.push({ method: 'destroyApp', error, done: true })
    const operation = await ended(await sweep(fake.ctx, wished([leak(1).subject])), fake)
    expect(operation.status).toBe('succeeded')
    expect(fake.host.changes).toEqual(['destroy app review-leak-1', 'destroy database review-leak-1-database'])
  })

  test('never destroys a database that another app is linked to', async () => {
    await leakReviewApps(fake, database.db, 1)
    fake.host.links.set(leak(1).database, [leak(1).app, 'hello'])
    const operation = await ended(await sweep(fake.ctx, wished([leak(1).subject])), fake)
    expect(fake.host.changes).toEqual(['destroy app review-leak-1'])
    expect(await wordsOf(operation)).toEqual([
      'done: Berth destroyed app review-leak-1. Database review-leak-1-database is linked to an app that must stay. App hello is on the keep list (hello).',
    ])
    expect(fake.host.databases).toContain(leak(1).database)
  })

  test('spares what is being deployed to, and what was deployed since', async () => {
    const subjects = await leakReviewApps(fake, database.db, 2)
    const started = await sweep(fake.ctx, wished(subjects))
    const [one, other] = [leak(1), leak(2)].map(({ environmentId }) =>
      fake.gitlab.environmentList.find(({ id }) => id === environmentId),
    )
    const job = fakeJob({ id: 5000, name: 'review', status: 'running', ref: leak(1).branch })
    const later = new Date('2026-11-23T09:59:30Z')
    const newJob = fakeJob({ id: 5001, name: 'review', status: 'success', ref: leak(2).branch })
    if (one) fake.gitlab.deployments.push(fakeDeployment(one, job, 900, 'running'))
    if (other) fake.gitlab.deployments.push({ ...fakeDeployment(other, newJob, 901, 'success'), updatedAt: later })
    const operation = await ended(started, fake)
    expect(await wordsOf(operation)).toEqual([
      'skipped: A deployment to review/leak-1 is running.',
      'skipped: It was deployed since the plan was made.',
    ])
    expect(fake.host.changes).toEqual([])
  })

  describe('what goes wrong unexpectedly', () => {
    /** The first victim's app cannot be destroyed so many times, and nobody foresaw why. */
    function breakDown(times: number) {
      const logged = vi.spyOn(log, 'error').mockImplementation(() => {})
      const destroyApp = fake.host.dokku.destroyApp
      let left = times
      fake.host.dokku.destroyApp = async (app) => {
        if (app !== leak(1).app || left === 0) return destroyApp(app)
        left -= 1
        throw new TypeError('secret is not a function')
      }
      return logged
    }

    test('is tried again, and told once when it succeeds', async () => {
      const subjects = await leakReviewApps(fake, database.db, 1)
      const logged = breakDown(2)
      const operation = await ended(await sweep(fake.ctx, wished(subjects)), fake)
      expect(operation.status).toBe('succeeded')
      expect(logged).toHaveBeenCalledTimes(2)
      expect(await audit('sweep.destroy-app')).toMatchObject([{ outcome: 'succeeded' }])
    })

    test('fails its item at last, is logged, and lets the others go on', async () => {
      const subjects = await leakReviewApps(fake, database.db, 3)
      const logged = breakDown(Number.POSITIVE_INFINITY)
      const operation = await ended(await sweep(fake.ctx, wished(subjects)), fake)
      expect(await wordsOf(operation)).toEqual([
        'failed: Something unexpected went wrong; the server log has the details.',
        expect.stringMatching(/^done/),
        expect.stringMatching(/^done/),
      ])
      expect(operation.failure?.message).toBe('2 done, 1 failed, 0 skipped.')
      expect(logged).toHaveBeenCalledTimes(3)
      expect(logged.mock.lastCall?.[1]).toBe(`Item 1 of sweep ${operation.id} stumbled (3 of 3).`)
    })
  })

  test('ends between two items when somebody cancels it', async () => {
    const subjects = await leakReviewApps(fake, database.db, 5)
    const started = await sweep(fake.ctx, wished(subjects))
    const destroyService = fake.host.dokku.destroyService
    fake.host.dokku.destroyService = async (plugin, name) => {
      if (name === leak(2).database) await cancelOperation(fake.ctx, { operationId: started.id })
      return destroyService(plugin, name)
    }
    const operation = await ended(started, fake)
    expect(operation).toMatchObject({ status: 'canceled', cancelRequestedBy: 'operator' })
    expect(operation.failure?.message).toBe('operator canceled it: 2 done, 0 failed, 3 skipped.')
    expect((await wordsOf(operation)).at(-1)).toBe('skipped: operator canceled the sweep before it came to this.')
    expect(fake.host.changes).toHaveLength(4)
    expect(await audit('sweep.cancel')).toMatchObject([{ outcome: 'succeeded', operationId: operation.id }])
    expect((await refusal(cancelOperation(fake.ctx, { operationId: started.id }))).kind).toBe('refused')
  })
})

describe('who may, and what', () => {
  test('refuses who may only look, and a developer, and says so in the audit', async () => {
    const subjects = await leakReviewApps(fake, database.db, 1)
    const others = [onlooker, member('developer')].map((actor) => ({ ...fake.ctx, actor }))
    for (const ctx of others) expect((await refusal(sweep(ctx, wished(subjects)))).kind).toBe('forbidden')
    expect(await audit('sweep')).toMatchObject([{ outcome: 'refused' }, { outcome: 'refused' }])
    expect(await database.db.operation.count()).toBe(0)
    const { id: operationId } = await sweep(fake.ctx, wished(subjects))
    for (const ctx of others) expect((await refusal(cancelOperation(ctx, { operationId }))).kind).toBe('forbidden')
    expect(await audit('sweep.cancel')).toMatchObject([{ outcome: 'refused' }, { outcome: 'refused' }])
  })

  test('needs the words of the plan as it is now', async () => {
    const subjects = await leakReviewApps(fake, database.db, 2)
    expect(await refusal(sweep(fake.ctx, wished(subjects, 'yes')))).toMatchObject({
      kind: 'invalid',
      message: 'Type "sweep 2" to confirm.',
    })
    await database.db.environment.updateMany({
      where: { id: BigInt(leak(2).environmentId) },
      data: { state: 'stopping' },
    })
    const error = await refusal(sweep(fake.ctx, wished(subjects)))
    expect(error.kind).toBe('refused')
    expect(error.message).toBe(
      'The plan has changed since you looked: it is "sweep 1" now, not "sweep 2". review/leak-2 is spared: review/leak-2 is stopping right now.',
    )
  })

  test('takes neither more than 500 nor what cannot be swept', async () => {
    const many = Array.from({ length: 501 }, (_, index) => `environment:${index + 1}`)
    expect((await refusal(sweep(fake.ctx, wished(many)))).kind).toBe('invalid')
    expect((await refusal(sweep(fake.ctx, wished(['host:review'])))).kind).toBe('invalid')
    expect((await refusal(sweep(fake.ctx, wished(['app:review/../x'])))).kind).toBe('invalid')
  })

  test('an app that nothing maps to is not ours, until its name is claimed', async () => {
    const longAgo = new Date('2026-09-01T00:00:00Z')
    fake.host.apps.set('old-thing', { sha: null, status: 'running' })
    await database.db.dokkuApp.create({
      data: { host: 'review', name: 'old-thing', domains: [], deployedAt: longAgo, observedAt: new Date() },
    })
    const subject = 'app:review/old-thing'
    await find('app-without-environment', subject)
    expect((await refusal(sweep(fake.ctx, wished([subject])))).message).toContain('not ours')
    await database.db.namingClaim.create({
      data: { projectId: 42, host: 'review', pattern: 'old-*', claimedBy: 'operator' },
    })
    const plan = await sweepPreview(fake.ctx, 42, { kind: 'subjects', subjects: [subject] })
    expect(plan.victims).toMatchObject([{ title: 'old-thing', lastDeployedAt: longAgo }])
    const operation = await ended(await sweep(fake.ctx, wished([subject])), fake)
    expect(await wordsOf(operation)).toEqual(['done: Berth destroyed app old-thing.'])
  })

  test('what is on the keep list stays, also when it is put there while the sweep runs', async () => {
    const subjects = await leakReviewApps(fake, database.db, 1)
    const started = await sweep(fake.ctx, wished(subjects))
    fake.world.mappingOf = () => ({ ...defaultMapping, keep: ['review-leak-*'] })
    const operation = await ended(started, fake)
    expect((await wordsOf(operation))[0]).toContain('skipped: App review-leak-1 is on the keep list')
    expect((await refusal(sweep({ ...fake.world, actor: operator }, wished(subjects)))).message).toContain('keep list')
    expect(fake.host.changes).toEqual([])
  })

  test('a snoozed one is spared with the reason', async () => {
    const [subject = ''] = await leakReviewApps(fake, database.db, 1)
    await find('stopped-but-up', subject, {
      snoozedUntil: new Date('2026-12-01T00:00:00Z'),
      snoozedBy: 'Yuki',
      snoozeReason: 'A customer looks at it',
    })
    const plan = await sweepPreview(fake.ctx, 42, { kind: 'all-leftovers' })
    expect(plan).toMatchObject({ victims: [], spared: [{ reason: 'Yuki snoozed it: A customer looks at it' }] })
  })

  test('two who sweep at once are one sweep, and another choice has to wait', async () => {
    const subjects = await leakReviewApps(fake, database.db, 3)
    const [one, other] = await Promise.all([sweep(fake.ctx, wished(subjects)), sweep(fake.ctx, wished(subjects))])
    expect(other.id).toBe(one.id)
    expect((await refusal(sweep(fake.ctx, wished(subjects.slice(1))))).message).toContain('is running')
    await ended(one, fake)
    expect(fake.host.changes).toHaveLength(6)
  })
})

/** Killed around every single call of a sweep; where it waits for a stop, around every seventh, which are both before and after. */
test.each([
  { state: 'stopped', stride: 1, said: 'Berth destroyed' },
  { state: 'available', stride: 7, said: 'GitLab’s stop removed nothing; Berth destroyed' },
])('killed at any moment, what is $state is destroyed once and truthfully', { timeout: 240_000 }, async (given) => {
  vi.spyOn(log, 'error').mockImplementation(() => {})
  const { app, database: service, subject, environmentId } = leak(1)
  const gone = [`app ${app}`, `database ${service}`]
  for (let deathAt = 1; ; deathAt += given.stride) {
    await database.db.operation.deleteMany()
    await clearAudit(database.db)
    anotherWorld()
    fake.gitlab.jobs = fake.gitlab.jobs.filter(({ name }) => name !== 'stop_review')
    await leakReviewApps(fake, database.db, 1)
    if (given.state === 'available') await up(1)
    if (deathAt === 1) await find('branch-gone', subject)
    const { operation, wasKilled } = await survived(fake, deathAt, (ctx) => sweep(ctx, wished([subject])))
    const audited = (await audit('sweep.destroy-app')).concat(await audit('sweep.destroy-database'))
    expect({
      deathAt,
      status: operation?.status,
      items: operation && (await wordsOf(operation)),
      gitlab: fake.gitlab.changes,
      host: fake.host.changes,
      audited: audited.map(({ target }) => target),
    }).toEqual({
      deathAt,
      status: operation ? 'succeeded' : undefined,
      items: operation && [`done: ${given.said} ${gone.join(' and ')}.`],
      gitlab: operation && given.state === 'available' ? [`stop ${environmentId}`] : [],
      host: operation ? gone.map((what) => `destroy ${what}`) : [],
      audited: operation ? gone : [],
    })
    if (!wasKilled) {
      expect(deathAt).toBeGreaterThan(60)
      break
    }
  }
})
