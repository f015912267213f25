import { describe, expect, test, vi } from 'vitest'
import { BerthError } from '#lib/domain/errors.ts'
import { defaultMapping } from '#lib/domain/mapping.ts'
import type { Operation } from '#lib/domain/operation.ts'
import { log } from '#lib/log.ts'
import type { Context } from '../context.ts'
import { cancelJob } from './cancel-job.ts'
import { onlooker, operator, productionSha, stagingSha } from './fake-world.ts'
import { promote } from './promote.ts'
import { retryJob } from './retry-job.ts'
import { stopReviewApp } from './stop.ts'
import { ended as carriedToItsEnd, refusal, survived } from './test-endings.ts'
import { anotherWorld, database, fake, givenFreshWorlds } from './test-world.ts'

givenFreshWorlds()

const promotion = { projectId: 42, environmentId: 2, sha: stagingSha }
const review = { projectId: 42, environmentId: 3 }

const ended = (operation: Operation) => carriedToItsEnd(operation, fake)
const audit = () => database.db.auditEntry.findMany({ orderBy: { id: 'asc' } })
const statusesOf = ({ steps }: Operation) => Object.fromEntries(steps.map(({ name, status }) => [name, status]))
const wordsOf = ({ steps }: Operation, name: string) => steps.find((step) => step.name === name)?.words
describe('promote', () => {
  test('plays the job of the commit on staging and ends once Dokku runs it', async () => {
    const started = await promote(fake.ctx, promotion)
    expect(started).toMatchObject({ status: 'running', title: 'aaaaaaaa to production', jobId: 7 })
    expect(statusesOf(started)).toEqual({ decide: 'done', act: 'done', follow: 'waiting', verify: 'waiting' })
    const operation = await ended(started)
    expect(operation).toMatchObject({ status: 'succeeded', failure: null })
    expect(wordsOf(operation, 'verify')).toBe('App hello on review runs aaaaaaaa; its process is up.')
    expect(fake.gitlab.changes).toEqual(['play 7'])
    expect((await audit()).map(({ actor, action, outcome }) => [actor, action, outcome])).toEqual([
      ['operator', 'promote', 'requested'],
      ['operator', 'promote', 'succeeded'],
    ])
  })

  test('refuses who may only look, and says so in the audit', async () => {
    const error = await refusal(promote({ ...fake.ctx, actor: onlooker }, promotion))
    expect(error.kind).toBe('forbidden')
    expect(fake.gitlab.changes).toEqual([])
    expect(await database.db.operation.count()).toBe(0)
    expect(await audit()).toMatchObject([{ action: 'promote', outcome: 'refused', projectId: 42 }])
  })

  test('refuses when staging has moved since the person looked', async () => {
    const error = await refusal(promote(fake.ctx, { ...promotion, sha: 'c'.repeat(40) }))
    expect(error).toMatchObject({ kind: 'refused' })
    expect(error.message).toContain('staging runs aaaaaaaa now, no longer cccccccc')
    expect(fake.gitlab.changes).toEqual([])
    expect(await audit()).toMatchObject([{ outcome: 'refused', words: error.message }])
  })

  test('refuses an environment that is not production', async () => {
    const environment = fake.gitlab.environmentList.find(({ id }) => id === 2)
    if (environment) environment.tier = 'development'
    expect(await refusal(promote(fake.ctx, promotion))).toMatchObject({ kind: 'refused' })
  })

  test('a project that Berth does not show is not there', async () => {
    const error = await refusal(promote(fake.ctx, { ...promotion, projectId: 43 }))
    expect(error.kind).toBe('not-found')
  })

  test('pressed twice, and by two people at once, plays once and answers with one operation', async () => {
    const second: Context = { ...fake.ctx, actor: { ...operator, name: 'somebody else' } }
    const [one, other] = await Promise.all([promote(fake.ctx, promotion), promote(second, promotion)])
    const third = await promote(fake.ctx, promotion)
    expect(other.id).toBe(one.id)
    expect(third.id).toBe(one.id)
    expect(fake.gitlab.changes).toEqual(['play 7'])
    await ended(one)
    expect(fake.gitlab.changes).toEqual(['play 7'])
  })

  test('a press that is deciding while another one begins joins it', async () => {
    let first: Promise<Operation> | undefined
    const overtaken: Context = {
      ...fake.ctx,
      gitlab: {
        ...fake.gitlab,
        environmentDeployments: async (projectId, name) => {
          first ??= promote(fake.ctx, promotion)
          await first
          return fake.gitlab.environmentDeployments(projectId, name)
        },
      },
    }
    expect((await promote(overtaken, promotion)).id).toBe((await first)?.id)
    expect(fake.gitlab.changes).toEqual(['play 7'])
  })

  test('after the end the same press is refused, because production runs it', async () => {
    await ended(await promote(fake.ctx, promotion))
    expect((await refusal(promote(fake.ctx, promotion))).message).toBe('Production already runs aaaaaaaa.')
  })

  test('fails with GitLab’s reason and the job’s link when the job fails', async () => {
    fake.gitlab.ending = 'failed'
    const operation = await ended(await promote(fake.ctx, promotion))
    expect(operation.status).toBe('failed')
    expect(operation.failure?.message).toBe('Job production failed (script failure). https://git/hello/-/jobs/7')
    expect(statusesOf(operation)).toEqual({ decide: 'done', act: 'done', follow: 'failed', verify: 'skipped' })
    expect((await audit()).at(-1)).toMatchObject({ outcome: 'failed', words: operation.failure?.message })
  })

  test('is canceled when somebody cancels the job in GitLab', async () => {
    fake.gitlab.ending = 'canceled'
    expect((await ended(await promote(fake.ctx, promotion))).status).toBe('canceled')
  })

  test('fails when the job is green but Dokku runs another commit', async () => {
    fake.host.apps.set('hello', { sha: productionSha, status: 'running' })
    const operation = await ended(await promote(fake.ctx, promotion))
    expect(operation.failure?.message).toBe(
      'GitLab says deployed, but app hello on Dokku host review runs bbbbbbbb, not aaaaaaaa.',
    )
  })

  test('fails when the app crash-loops', async () => {
    fake.host.apps.set('hello', { sha: stagingSha, status: 'restarting' })
    const operation = await ended(await promote(fake.ctx, promotion))
    expect(operation.failure?.message).toContain('has web.1 restarting')
  })

  test('succeeds with an honest word when no rule says which app production is', async () => {
    fake.world.mappingOf = () => ({ ...defaultMapping, reviewApp: '' })
    const operation = await ended(await promote({ ...fake.world, actor: operator }, promotion))
    expect(operation.status).toBe('succeeded')
    expect(statusesOf(operation).verify).toBe('skipped')
    expect(wordsOf(operation, 'verify')).toContain('only GitLab vouches for it')
  })

  test('fails as unavailable when Dokku stays silent for two minutes', async () => {
    const silent = async () => {
      throw new BerthError('unavailable', 'dokku', 'Dokku host review does not answer.')
    }
    Object.assign(fake.host.dokku, { deployedSha: silent })
    const operation = await ended(await promote(fake.ctx, promotion))
    expect(operation).toMatchObject({ status: 'failed', failure: { kind: 'unavailable', system: 'dokku' } })
  })

  test('goes on after GitLab was down while it was followed', async () => {
    const down = () => ({ method: 'job', error: new BerthError('unavailable', 'gitlab', 'GitLab is down.') })
    const started = await promote(fake.ctx, promotion)
    fake.gitlab.failures = [down(), down(), down(), down()]
    expect((await ended(started)).status).toBe('succeeded')
  })

  test('leaves the act to the worker when GitLab goes away at that moment, and plays once', async () => {
    fake.gitlab.failures = [{ method: 'playJob', error: new BerthError('unavailable', 'gitlab', 'No answer.') }]
    const started = await promote(fake.ctx, promotion)
    expect(statusesOf(started).act).toBe('running')
    expect((await ended(started)).status).toBe('succeeded')
    expect(fake.gitlab.changes).toEqual(['play 7'])
  })

  test('tries again while a young job is not playable yet', async () => {
    const unplayable = {
      method: 'playJob',
      error: new BerthError('refused', 'gitlab', '400 Bad request - Unplayable Job'),
    }
    fake.gitlab.failures = [unplayable, { ...unplayable }, { ...unplayable }]
    const operation = await ended(await promote(fake.ctx, promotion))
    expect(operation.status).toBe('succeeded')
    expect(fake.gitlab.changes).toEqual(['play 7'])
  })

  test('adopts the run that somebody started in GitLab between the decision and the act', async () => {
    const decided = fake.gitlab.environmentDeployments
    fake.gitlab.environmentDeployments = async (...input) => {
      const answer = await decided(...input)
      const job = fake.gitlab.jobs.find(({ id }) => id === 7)
      if (job) job.status = 'pending'
      return answer
    }
    const operation = await ended(await promote(fake.ctx, promotion))
    expect(operation.status).toBe('succeeded')
    expect(wordsOf(operation, 'act')).toContain('had been started already')
    expect(fake.gitlab.changes).toEqual([])
  })
})

describe('stop', () => {
  test('stops it, follows the stop job and ends once app and database are gone', async () => {
    const operation = await ended(await stopReviewApp(fake.ctx, review))
    expect(operation).toMatchObject({ status: 'succeeded', jobId: 8, title: 'review/fix' })
    expect(wordsOf(operation, 'verify')).toBe('App review-fix and database review-fix-database are gone from review.')
    expect(fake.gitlab.changes).toEqual(['stop 3'])
  })

  test('never stops staging or production', async () => {
    expect((await refusal(stopReviewApp(fake.ctx, { projectId: 42, environmentId: 2 }))).kind).toBe('refused')
    expect(fake.gitlab.changes).toEqual([])
    expect(await audit()).toMatchObject([{ action: 'stop', outcome: 'refused' }])
  })

  test('refuses who may only look', async () => {
    expect((await refusal(stopReviewApp({ ...fake.ctx, actor: onlooker }, review))).kind).toBe('forbidden')
    expect(await audit()).toMatchObject([{ action: 'stop', outcome: 'refused' }])
  })

  test('fails when GitLab says stopped and the app is still on Dokku', async () => {
    fake.gitlab.jobs = fake.gitlab.jobs.filter(({ name }) => name !== 'stop_review')
    const operation = await ended(await stopReviewApp(fake.ctx, review))
    expect(operation.status).toBe('failed')
    expect(operation.failure?.message).toContain(
      'GitLab says stopped, but app review-fix is still on Dokku host review',
    )
    expect(operation.failure?.message).toContain('GitLab ran no stop job')
    expect(wordsOf(operation, 'follow')).toContain('started no job for it')
  })

  test('fails with the job’s link when the stop job fails', async () => {
    fake.gitlab.ending = 'failed'
    const operation = await ended(await stopReviewApp(fake.ctx, review))
    expect(operation.failure?.message).toBe('Job stop_review failed (script failure). https://git/hello/-/jobs/8')
  })

  test('pressed by two people at once stops once', async () => {
    const [one, other] = await Promise.all([stopReviewApp(fake.ctx, review), stopReviewApp(fake.ctx, review)])
    expect(other.id).toBe(one.id)
    expect(fake.gitlab.changes).toEqual(['stop 3'])
  })
})

describe('retry and cancel', () => {
  test('retries a failed job and follows the new run', async () => {
    const job = fake.gitlab.jobs.find(({ id }) => id === 9)
    if (job) job.status = 'failed'
    const operation = await ended(await retryJob(fake.ctx, { projectId: 42, jobId: 9 }))
    expect(operation).toMatchObject({ status: 'succeeded', jobId: 11 })
    expect(fake.gitlab.changes).toEqual(['retry 9'])
  })

  test('does not take production back by retrying an old deploy job', async () => {
    await ended(await promote(fake.ctx, promotion))
    const error = await refusal(retryJob(fake.ctx, { projectId: 42, jobId: 5 }))
    expect(error.message).toContain('retrying would take it back')
    expect(fake.gitlab.changes).toEqual(['play 7'])
  })

  test('cancels a job that has not ended', async () => {
    const operation = await ended(await cancelJob(fake.ctx, { projectId: 42, jobId: 10 }))
    expect(operation.status).toBe('succeeded')
    expect(fake.gitlab.changes).toEqual(['cancel 10'])
  })

  test('does not cancel what has ended', async () => {
    expect((await refusal(cancelJob(fake.ctx, { projectId: 42, jobId: 9 }))).message).toBe(
      'Job review has ended already: success.',
    )
  })

  test.each([
    ['retry', retryJob],
    ['cancel', cancelJob],
  ])('refuses to %s for who may only look', async (_name, act) => {
    const error = await refusal(act({ ...fake.ctx, actor: onlooker }, { projectId: 42, jobId: 9 }))
    expect(error.kind).toBe('forbidden')
    expect(await audit()).toMatchObject([{ outcome: 'refused' }])
  })
})

/** Killed around every single call, the second process brings it to a true end, and GitLab was asked to change once. */
describe('killed at any moment', () => {
  const wishes: [string, (ctx: Context) => Promise<Operation>, string][] = [
    ['promote', (ctx) => promote(ctx, promotion), 'play 7'],
    ['stop', (ctx) => stopReviewApp(ctx, review), 'stop 3'],
    ['retry', (ctx) => retryJob(ctx, { projectId: 42, jobId: 6 }), 'retry 6'],
    ['cancel', (ctx) => cancelJob(ctx, { projectId: 42, jobId: 10 }), 'cancel 10'],
  ]

  test.each(wishes)('%s acts once and ends truthfully', { timeout: 120_000 }, async (_name, wish, change) => {
    vi.spyOn(log, 'error').mockImplementation(() => {})
    for (let deathAt = 1; ; deathAt += 1) {
      await database.db.operation.deleteMany()
      anotherWorld()
      const { operation: after, wasKilled } = await survived(fake, deathAt, wish)
      const seen = { deathAt, status: after?.status ?? 'never recorded', changes: fake.gitlab.changes }
      expect(seen).toEqual({
        deathAt,
        status: after ? 'succeeded' : 'never recorded',
        changes: after ? [change] : [],
      })
      if (!wasKilled) {
        expect(deathAt).toBeGreaterThan(30)
        break
      }
    }
  })
})
