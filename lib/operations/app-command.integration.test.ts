import { beforeEach, describe, expect, test, vi } from 'vitest'
import { BerthError } from '#lib/domain/errors.ts'
import type { Operation } from '#lib/domain/operation.ts'
import { log } from '#lib/log.ts'
import type { Context } from '../context.ts'
import { fakeDeployment, fakeJob } from './fake-gitlab.ts'
import { member, onlooker } from './fake-world.ts'
import { rebuildApp } from './rebuild-app.ts'
import { restartApp } from './restart-app.ts'
import { scaleApp } from './scale-app.ts'
import { ended, refusal, survived } from './test-endings.ts'
import { anotherWorld, database, fake, givenFreshWorlds } from './test-world.ts'
import { unlockApp } from './unlock-app.ts'

givenFreshWorlds()

const review = { projectId: 42, environmentId: 3 }
const production = { projectId: 42, environmentId: 2 }

const wishes: [string, (ctx: Context) => Promise<Operation>, string][] = [
  ['app.restart', (ctx) => restartApp(ctx, review), 'restart review-fix'],
  ['app.rebuild', (ctx) => rebuildApp(ctx, review), 'rebuild review-fix'],
  ['app.scale', (ctx) => scaleApp(ctx, { ...review, counts: { web: 2 } }), 'scale review-fix {"web":2}'],
  ['app.unlock', (ctx) => unlockApp(ctx, review), 'unlock review-fix'],
]

const audit = () => database.db.auditEntry.findMany({ orderBy: { id: 'asc' } })
const wordsOf = ({ steps }: Operation, name: string) => steps.find((step) => step.name === name)?.words

function lock(app: string): void {
  const found = fake.host.apps.get(app)
  if (found) found.locked = true
}

describe.each(wishes)('%s', (kind, wish, change) => {
  beforeEach(() => {
    if (kind === 'app.unlock') lock('review-fix')
  })

  test('is left to the worker, done once, verified and audited', async () => {
    const started = await wish(fake.ctx)
    expect(started).toMatchObject({ kind, status: 'running', environmentId: 3 })
    expect(fake.host.changes).toEqual([])
    const operation = await ended(started, fake)
    expect(operation.failure).toBeNull()
    expect(operation.status).toBe('succeeded')
    expect(fake.host.changes).toEqual([change])
    expect((await audit()).map(({ action, outcome }) => [action, outcome])).toEqual([
      [kind, 'requested'],
      [kind, 'succeeded'],
    ])
  })

  test.each([onlooker, member('developer')])('refuses a $role', async (actor) => {
    expect((await refusal(wish({ ...fake.ctx, actor }))).kind).toBe('forbidden')
    expect(await audit()).toMatchObject([{ action: kind, outcome: 'refused', projectId: 42 }])
    expect(await database.db.operation.count()).toBe(0)
  })

  test('asked by two at once is one', async () => {
    const [one, other] = await Promise.all([wish(fake.ctx), wish(fake.ctx)])
    expect(other.id).toBe(one.id)
    await ended(one, fake)
    expect(fake.host.changes).toEqual([change])
  })

  test('begins again, and says so, after its answer was lost', async () => {
    const error = new BerthError('unavailable', 'dokku', 'The connection was lost.')
    fake.host.failures.push({ method: kind.replace('app.', ''), error, done: true })
    const operation = await ended(await wish(fake.ctx), fake)
    expect(operation.status).toBe('succeeded')
    expect(wordsOf(operation, 'act')).toContain('it was begun again')
    expect(fake.host.changes).toEqual([change, change])
  })

  test('fails with Dokku’s words', async () => {
    const error = new BerthError('refused', 'dokku', 'ps:restart said: no')
    fake.host.failures.push({ method: kind.replace('app.', ''), error })
    const operation = await ended(await wish(fake.ctx), fake)
    expect(operation.failure).toEqual({ kind: 'refused', system: 'dokku', message: 'ps:restart said: no' })
    expect((await audit()).at(-1)).toMatchObject({ outcome: 'failed' })
  })

  test('refuses while a deployment runs', async () => {
    const [environment] = fake.gitlab.environmentList.filter(({ id }) => id === 3)
    const job = fakeJob({ id: 50, name: 'review', status: 'running' })
    if (environment) fake.gitlab.deployments.push(fakeDeployment(environment, job, 9, 'running'))
    expect((await refusal(wish(fake.ctx))).message).toBe('A deployment of aaaaaaaa to review/fix is running.')
  })

  test('refuses an app that is not there', async () => {
    fake.host.apps.delete('review-fix')
    expect((await refusal(wish(fake.ctx))).message).toBe('Dokku host review has no app review-fix.')
  })

  test('killed at any moment ends truthfully', { timeout: 120_000 }, async () => {
    vi.spyOn(log, 'error').mockImplementation(() => {})
    for (let deathAt = 1; ; deathAt += 1) {
      await database.db.operation.deleteMany()
      anotherWorld()
      if (kind === 'app.unlock') lock('review-fix')
      const { operation, wasKilled } = await survived(fake, deathAt, wish)
      expect({ deathAt, status: operation?.status }).toEqual({
        deathAt,
        status: operation ? 'succeeded' : undefined,
      })
      expect(new Set(fake.host.changes)).toEqual(new Set(operation ? [change] : []))
      if (!wasKilled) {
        expect(deathAt).toBeGreaterThan(20)
        break
      }
    }
  })
})

test('another command on the app has to wait for the one that runs', async () => {
  const started = await restartApp(fake.ctx, review)
  expect((await refusal(rebuildApp(fake.ctx, review))).message).toContain('is running; wait for its end')
  expect((await refusal(scaleApp(fake.ctx, { ...review, counts: { web: 3 } }))).kind).toBe('refused')
  await ended(started, fake)
  expect(fake.host.changes).toEqual(['restart review-fix'])
})

test('production may be restarted, and that is said', async () => {
  const operation = await ended(await restartApp(fake.ctx, production), fake)
  expect(operation.status).toBe('succeeded')
  expect(wordsOf(operation, 'decide')).toBe('production is app hello on review. It is production.')
})

test('production is never scaled to nothing', async () => {
  const error = await refusal(scaleApp(fake.ctx, { ...production, counts: { web: 0 } }))
  expect(error.message).toBe('production is a production environment: without a process it would be stopped.')
  expect(fake.host.changes).toEqual([])
})

test('a locked app is rebuilt only by who knows of the lock', async () => {
  lock('review-fix')
  expect((await refusal(rebuildApp(fake.ctx, review))).message).toContain('has a deploy lock')
  const operation = await ended(await rebuildApp(fake.ctx, { ...review, evenIfLocked: true }), fake)
  expect(operation.status).toBe('succeeded')
})

test('a restart after which the app crash-loops has failed', async () => {
  const started = await restartApp(fake.ctx, review)
  const app = fake.host.apps.get('review-fix')
  if (app) app.status = 'restarting'
  expect((await ended(started, fake)).failure?.message).toBe(
    'App review-fix on Dokku host review has web.1 restarting.',
  )
})

test.each([{ web: -1 }, { web: 1.5 }, { web: 101 }, {}, { cron: 1 }, { '--help': 1 }])(
  'does not scale to %j',
  async (counts) => {
    expect((await refusal(scaleApp(fake.ctx, { ...review, counts: counts as Record<string, number> }))).kind).toBe(
      'refused',
    )
    expect(fake.host.changes).toEqual([])
  },
)
