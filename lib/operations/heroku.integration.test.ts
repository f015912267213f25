import { beforeEach, describe, expect, test, vi } from 'vitest'
import { defaultMapping } from '#lib/domain/mapping.ts'
import type { Operation } from '#lib/domain/operation.ts'
import { defaultSettings } from '#lib/domain/settings.ts'
import {
  emptyHeroku,
  type FakeHerokuApp,
  type FakeHerokuState,
  fakeHeroku,
  putHerokuApp,
} from '#lib/heroku/fake-heroku.ts'
import { log } from '#lib/log.ts'
import type { Context } from '../context.ts'
import { lockDeploys } from './deploy-lock.ts'
import { member, productionSha, stagingSha } from './fake-world.ts'
import { redeploy } from './redeploy.ts'
import { rehearseReleaseRollback } from './rehearse.ts'
import { restartApp } from './restart-app.ts'
import { restartDynos } from './restart-dynos.ts'
import { rollBackRelease } from './roll-back-release.ts'
import { setMaintenance } from './set-maintenance.ts'
import { ended as carriedToItsEnd, refusal, survived } from './test-endings.ts'
import { anotherWorld, database, fake, givenFreshWorlds } from './test-world.ts'

givenFreshWorlds()

const older = 'e'.repeat(40)
let state: FakeHerokuState
let app: FakeHerokuApp

/** Production is on Heroku, where v3 was the commit before the one that GitLab deployed as v4. */
function onHeroku() {
  state = emptyHeroku()
  app = putHerokuApp(state, 'hello', [older, productionSha])
  const given = {
    heroku: fakeHeroku(state),
    mappingOf: () => ({ ...defaultMapping, named: { production: { heroku: 'hello' } } }),
  }
  Object.assign(fake.world, given)
  Object.assign(fake.ctx, given)
  fake.gitlab.between[`${older}..${productionSha}`] = [
    { sha: productionSha, title: 'Newer', authorName: 'Yuki', committedAt: new Date('2026-11-01T09:00:00Z') },
  ]
}

beforeEach(onHeroku)

const place = { projectId: 42, environmentId: 2 }
const back = { ...place, version: 3, typedSha: older.slice(0, 8) }
const ended = (operation: Operation) => carriedToItsEnd(operation, fake)
const audit = () => database.db.auditEntry.findMany({ orderBy: { id: 'asc' } })
const verified = ({ steps }: Operation) => steps.find(({ name }) => name === 'verify')

describe('going back to a release', () => {
  test('makes a new one of it, sees every dyno run it, and is audited', async () => {
    const operation = await ended(await rollBackRelease(fake.ctx, back))
    expect(operation).toMatchObject({ status: 'succeeded', title: 'production to v3', isOnHeroku: true })
    expect(verified(operation)?.words).toBe(
      `App hello on Heroku runs v5, commit ${older.slice(0, 8)}: web.1 up, web.2 up.`,
    )
    expect(state.changes).toEqual(['roll back hello to v3'])
    expect((await audit()).map(({ action, outcome }) => [action, outcome])).toEqual([
      ['release.rollback', 'requested'],
      ['release.rollback', 'succeeded'],
    ])
  })

  test('asks for the commit that it loses, typed out, as the rehearsal says', async () => {
    const { typedSha: _, ...unpressed } = back
    const rehearsed = await rehearseReleaseRollback(fake.ctx, unpressed)
    expect(rehearsed).toMatchObject({ allowed: true, guards: [{ kind: 'going-back', demand: 'sha' }] })
    const error = await refusal(rollBackRelease(fake.ctx, unpressed))
    expect(error.message).toContain('Production would lose 1 commit')
    expect(state.changes).toEqual([])
    expect(await audit()).toMatchObject([{ outcome: 'refused' }])
  })

  test('of which nobody knows the commit asks for a reason instead', async () => {
    state.commits.set(app.releases.at(-1)?.slugId ?? '', null)
    const wish = { ...place, version: 3 }
    expect((await refusal(rollBackRelease(fake.ctx, wish))).message).toContain('names no commit')
    const operation = await ended(await rollBackRelease(fake.ctx, { ...wish, reason: 'v4 loses orders' }))
    expect(operation.status).toBe('succeeded')
  })

  test.each([
    ['the one that runs', 4, 'Production runs v4 now.'],
    ['one that is not there', 9, 'Heroku has no release v9 of hello any more.'],
  ])('%s is refused', async (_, version, words) => {
    expect((await refusal(rollBackRelease(fake.ctx, { ...back, version }))).message).toBe(words)
  })

  test('without a slug, failed, or while one is made is refused', async () => {
    const v3 = app.releases.find(({ version }) => version === 3)
    if (!v3) throw new Error('no v3')
    const slugId = v3.slugId
    v3.slugId = null
    expect((await refusal(rollBackRelease(fake.ctx, back))).message).toContain('has no slug')
    Object.assign(v3, { slugId, status: 'failed' })
    expect((await refusal(rollBackRelease(fake.ctx, back))).message).toContain('v3 failed')
    v3.status = 'succeeded'
    app.releases.unshift({ ...v3, id: 'p', version: 5, status: 'pending' })
    expect((await refusal(rollBackRelease(fake.ctx, back))).message).toContain('v5 of production is being made')
  })

  test('takes a Maintainer, and a reason while production is locked', async () => {
    const developer: Context = { ...fake.ctx, actor: member('developer') }
    expect((await refusal(rollBackRelease(developer, back))).kind).toBe('forbidden')
    await lockDeploys(fake.ctx, { projectId: 42, environmentId: null, reason: 'Audit', hours: null })
    expect((await refusal(rollBackRelease(fake.ctx, back))).message).toContain('has locked production')
    const operation = await ended(await rollBackRelease(fake.ctx, { ...back, reason: 'It is on fire' }))
    expect(operation.status).toBe('succeeded')
  })

  test('whose release phase fails has failed, and says so', async () => {
    state.releasesFail = true
    const operation = await ended(await rollBackRelease(fake.ctx, back))
    expect(operation).toMatchObject({ status: 'failed', failure: { system: 'heroku' } })
    expect(operation.failure?.message).toBe('Release v5 of hello failed on Heroku.')
  })

  test('whose dynos crash has failed', async () => {
    const heroku = fake.world.heroku
    if (!heroku) throw new Error('no Heroku')
    const crashing = {
      ...heroku,
      dynos: async () => app.dynos.map((dyno) => ({ ...dyno, state: 'crashed' as const })),
    }
    Object.assign(fake.world, { heroku: crashing })
    const operation = await ended(await rollBackRelease(fake.ctx, back))
    expect(operation.failure?.message).toContain('has web.1 crashed, web.2 crashed')
  })

  test('is asked for once, whenever the answer or the process is lost', async () => {
    vi.spyOn(log, 'error').mockImplementation(() => {})
    state.losesAnswer = true
    expect((await ended(await rollBackRelease(fake.ctx, back))).status).toBe('succeeded')
    expect(state.changes).toEqual(['roll back hello to v3'])
    // Every third call is enough to meet each beat before, in and after what it does.
    for (let deathAt = 1; ; deathAt += 3) {
      await database.db.operation.deleteMany()
      anotherWorld()
      onHeroku()
      const { operation, wasKilled } = await survived(fake, deathAt, (ctx) => rollBackRelease(ctx, back))
      expect({ deathAt, changes: state.changes }).toEqual({
        deathAt,
        changes: operation ? ['roll back hello to v3'] : [],
      })
      if (operation) expect(operation.status).toBe('succeeded')
      if (!wasKilled) break
    }
  }, 240_000)
})

describe('what GitLab deploys to Heroku', () => {
  test('is verified there: a redeployment sees the commit and the dynos', async () => {
    const operation = await ended(await redeploy(fake.ctx, place))
    expect(operation).toMatchObject({ status: 'succeeded', isOnHeroku: true })
    expect(verified(operation)?.words).toBe(
      `App hello on Heroku runs v4, commit ${productionSha.slice(0, 8)}: web.1 up, web.2 up.`,
    )
  })

  test('fails when Heroku still runs another commit', async () => {
    state.commits.set(app.releases[0]?.slugId ?? '', stagingSha)
    const operation = await ended(await redeploy(fake.ctx, place))
    expect(operation.failure?.message).toContain(
      `runs ${stagingSha.slice(0, 8)} as v4, not ${productionSha.slice(0, 8)}`,
    )
  })
})

describe('an app on Heroku', () => {
  test('gets new dynos', async () => {
    app.dynos = []
    expect(await ended(await restartDynos(fake.ctx, place))).toMatchObject({ status: 'succeeded' })
    expect(state.changes).toEqual(['restart hello'])
  })

  test('goes into maintenance mode and out of it, each once', async () => {
    expect(await ended(await setMaintenance(fake.ctx, { ...place, on: true }))).toMatchObject({ status: 'succeeded' })
    expect((await refusal(setMaintenance(fake.ctx, { ...place, on: true }))).message).toContain('already')
    expect(await ended(await setMaintenance(fake.ctx, { ...place, on: false }))).toMatchObject({ status: 'succeeded' })
    expect(state.changes).toEqual(['maintenance hello true', 'maintenance hello false'])
  })

  test('takes no command of Dokku’s, and one on Dokku none of Heroku’s', async () => {
    expect((await refusal(restartApp(fake.ctx, place))).message).toContain('No rule says which Dokku app')
    const review = { projectId: 42, environmentId: 3 }
    expect((await refusal(restartDynos(fake.ctx, review))).message).toContain('is not on Heroku')
  })

  test('cannot be touched without a key', async () => {
    Object.assign(fake.ctx, { heroku: null })
    expect((await refusal(restartDynos(fake.ctx, place))).message).toContain('BERTH_HEROKU_API_KEY')
  })
})

test('the settings of the project hold for Heroku too: a second person has to agree', async () => {
  await database.db.projectSettings.create({
    data: {
      projectId: 42,
      value: JSON.parse(JSON.stringify({ ...defaultSettings, approval: { needed: true, validHours: 8 } })),
      changedAt: fake.world.now(),
      changedBy: 'hanako',
    },
  })
  expect((await refusal(rollBackRelease(fake.ctx, back))).message).toContain('A second person has to agree')
})
