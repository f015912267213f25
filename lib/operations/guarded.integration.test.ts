import { beforeEach, describe, expect, test, vi } from 'vitest'
import type { Operation } from '#lib/domain/operation.ts'
import { defaultSettings, type ProjectSettings } from '#lib/domain/settings.ts'
import { log } from '#lib/log.ts'
import type { Context } from '../context.ts'
import { answerApproval, requestApproval, withdrawApproval } from './approval.ts'
import { lockDeploys, unlockDeploys } from './deploy-lock.ts'
import { fakeDeployment, fakeJob } from './fake-gitlab.ts'
import { member, productionSha, stagingSha } from './fake-world.ts'
import { promote } from './promote.ts'
import { redeploy } from './redeploy.ts'
import { rollback } from './rollback.ts'
import { ended as carriedToItsEnd, refusal, survived } from './test-endings.ts'
import { anotherWorld, database, fake, givenFreshWorlds } from './test-world.ts'

givenFreshWorlds()

/** Production's line on the board, as sync would have written it. */
beforeEach(async () => {
  const at = new Date('2026-11-23T09:59:00Z')
  await database.db.boardRow.create({
    data: {
      projectId: 42,
      key: 'e2',
      zone: 'lane',
      environmentId: 2n,
      search: 'production',
      health: 'ok',
      healthRank: 4,
      environmentState: 'available',
      mergeRequestState: 'none',
      author: '',
      activeAt: at,
      hash: '',
      value: { projectId: 42, key: 'e2', environment: { id: 2, name: 'production', tier: 'production' }, findings: [] },
    },
  })
})

const place = { projectId: 42, environmentId: 2 }
const promotion = { ...place, sha: stagingSha }
const ended = (operation: Parameters<typeof carriedToItsEnd>[0]) => carriedToItsEnd(operation, fake)
const audit = () => database.db.auditEntry.findMany({ orderBy: { id: 'asc' } })
const as = (name: string): Context => ({ ...fake.ctx, actor: member('maintainer', { name }) })

const set = (more: Partial<ProjectSettings>) =>
  database.db.projectSettings.create({
    data: {
      projectId: 42,
      value: JSON.parse(JSON.stringify({ ...defaultSettings, ...more })),
      changedAt: fake.world.now(),
      changedBy: 'hanako',
    },
  })

const lost = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    sha: String(index).repeat(40),
    title: `Commit ${index}`,
    authorName: 'Yuki',
    committedAt: new Date('2026-11-01T09:00:00Z'),
  }))

/** Asks in a process that is killed around each of its calls in turn; whatever was written down ends well, and was done once. */
async function onceAtEveryMoment(
  prepare: () => unknown,
  wish: (ctx: Context) => Promise<Operation>,
  changes: string[],
  holds: (operation: Operation | null) => unknown = () => {},
): Promise<void> {
  vi.spyOn(log, 'error').mockImplementation(() => {})
  for (let deathAt = 1; ; deathAt += 1) {
    await database.db.operation.deleteMany()
    await database.db.projectSettings.deleteMany()
    anotherWorld()
    await prepare()
    const { operation, wasKilled } = await survived(fake, deathAt, wish)
    const seen = { deathAt, status: operation?.status ?? 'never recorded', changes: fake.gitlab.changes }
    expect(seen).toEqual({
      deathAt,
      status: operation ? 'succeeded' : 'never recorded',
      changes: operation ? changes : [],
    })
    await holds(operation)
    if (operation) {
      const entries = await database.db.auditEntry.findMany({ where: { operationId: operation.id } })
      expect(entries.map(({ outcome }) => outcome).sort()).toEqual(['requested', 'succeeded'])
    }
    if (!wasKilled) {
      expect(deathAt).toBeGreaterThan(30)
      return
    }
  }
}

/** Gives production's past a deployment that ran before what runs now, and leads forward to that. */
function withAnEarlierDeployment() {
  const production = fake.gitlab.environmentList.find(({ id }) => id === 2)
  if (!production) throw new Error('The fake world has no production.')
  const sha = 'e'.repeat(40)
  const job = fakeJob({ id: 4, name: 'production', status: 'success', sha, pipelineId: 898 })
  fake.gitlab.jobs.unshift(job)
  const deployment = fakeDeployment(production, job, 0, 'success')
  fake.gitlab.deployments.push(deployment)
  fake.gitlab.between[`${sha}..${productionSha}`] = lost(2)
  return { sha, deployment }
}

describe('a commit that production would go back to', () => {
  test('is wanted typed out, and then deployed, with what was overridden in the audit', async () => {
    fake.gitlab.between[`${stagingSha}..${productionSha}`] = lost(3)
    const error = await refusal(promote(fake.ctx, promotion))
    expect(error.message).toBe(
      'Production would lose 3 commits that it runs now. Type the first 8 characters of aaaaaaaa.',
    )
    expect(error.demands).toMatchObject([{ kind: 'going-back', demand: 'sha' }])
    expect((await refusal(promote(fake.ctx, { ...promotion, typedSha: 'aaaaaaa' }))).kind).toBe('refused')
    expect(fake.gitlab.changes).toEqual([])
    const operation = await ended(await promote(fake.ctx, { ...promotion, typedSha: 'AAAAAAAA ' }))
    expect(operation.status).toBe('succeeded')
    expect((await audit()).at(-2)).toMatchObject({
      outcome: 'requested',
      details: { overridden: 'going-back', before: productionSha, after: stagingSha },
    })
  })
})

describe('a freeze', () => {
  const frozen = { id: 1, freezeStart: '0 9 * * 1', freezeEnd: '0 18 * * 1', timeZone: 'UTC' }

  test('is judged at the click, by GitLab’s present answer', async () => {
    fake.gitlab.freezes = [frozen]
    const error = await refusal(promote(fake.ctx, promotion))
    expect(error.message).toMatch(/^A freeze period of GitLab's lasts from .* Give a reason\.$/)
    expect(await database.db.freezePeriod.count()).toBe(1)
    fake.gitlab.freezes = []
    expect((await promote(fake.ctx, promotion)).status).toBe('running')
  })

  test('lets a maintainer through who says why', async () => {
    fake.gitlab.freezes = [frozen]
    await ended(await promote(fake.ctx, { ...promotion, reason: 'Fixes the outage' }))
    expect((await audit()).find(({ outcome }) => outcome === 'requested')).toMatchObject({
      details: { overridden: 'freeze', reason: 'Fixes the outage' },
      words: expect.stringContaining('In spite of freeze, because: Fixes the outage.'),
    })
  })
})

describe('a lock', () => {
  test('closes production with its reason, until it is opened', async () => {
    const lock = await lockDeploys(fake.ctx, { projectId: 42, environmentId: null, reason: 'Audit week', hours: null })
    expect((await refusal(promote(fake.ctx, promotion))).message).toContain(
      'operator has locked production: Audit week',
    )
    await unlockDeploys(fake.ctx, { lockId: lock.id })
    expect((await promote(fake.ctx, promotion)).status).toBe('running')
    expect((await audit()).map(({ action, outcome }) => [action, outcome])).toEqual([
      ['deploys.lock', 'succeeded'],
      ['promote', 'refused'],
      ['deploys.unlock', 'succeeded'],
      ['promote', 'requested'],
    ])
  })

  test('that somebody gave a reason for lets nobody past a freeze that began since', async () => {
    const lock = { projectId: 42, environmentId: null, reason: 'Audit week', hours: null }
    await lockDeploys(fake.ctx, lock)
    fake.gitlab.freezes = [{ id: 1, freezeStart: '0 9 * * 1', freezeEnd: '0 18 * * 1', timeZone: 'UTC' }]
    const press = { ...promotion, reason: 'Fixes the outage' }
    const error = await refusal(promote(fake.ctx, { ...press, reasonFor: ['lock'] }))
    expect(error.demands).toMatchObject([{ kind: 'freeze' }])
    expect(error.message).toMatch(/^A freeze period .* Press again if your reason holds for that too\.$/)
    expect(fake.gitlab.changes).toEqual([])
    expect((await promote(fake.ctx, { ...press, reasonFor: ['freeze', 'lock'] })).status).toBe('running')
  })

  test('ends by itself', async () => {
    await lockDeploys(fake.ctx, { projectId: 42, environmentId: 2, reason: 'Lunch', hours: 1 })
    expect((await refusal(promote(fake.ctx, promotion))).kind).toBe('refused')
    await fake.pause(3_600_000, new AbortController().signal)
    expect((await promote(fake.ctx, promotion)).status).toBe('running')
  })

  test('is for maintainers, needs a reason, and closes production only', async () => {
    const lock = { projectId: 42, environmentId: null, reason: 'Audit week', hours: null }
    expect((await refusal(lockDeploys({ ...fake.ctx, actor: member('developer') }, lock))).kind).toBe('forbidden')
    expect((await refusal(lockDeploys({ ...fake.ctx, actor: member(null) }, lock))).kind).toBe('not-found')
    expect((await refusal(lockDeploys(fake.ctx, { ...lock, reason: ' ' }))).kind).toBe('invalid')
    expect((await refusal(lockDeploys(fake.ctx, { ...lock, hours: 0 }))).kind).toBe('invalid')
    expect((await audit()).map(({ outcome }) => outcome)).toEqual(['refused', 'failed', 'refused', 'refused'])
    const opened = unlockDeploys(fake.ctx, { lockId: '00000000-0000-4000-8000-000000000000' })
    expect((await refusal(opened)).kind).toBe('not-found')
  })
})

describe('a staging that is not well, and a pipeline that is not green', () => {
  test('want a reason', async () => {
    fake.gitlab.jobs.push(fakeJob({ id: 11, name: 'rake', status: 'failed' }))
    const error = await refusal(promote(fake.ctx, promotion))
    expect(error.message).toBe('Pipeline 900 of aaaaaaaa is not green: job rake is failed. Give a reason.')
    expect((await promote(fake.ctx, { ...promotion, reason: 'Flaky test' })).status).toBe('running')
  })

  test('are judged by what the board knows of staging', async () => {
    const kept = await database.db.boardSummary.findUniqueOrThrow({ where: { projectId: 42 } })
    const value = JSON.parse(JSON.stringify(kept.value))
    value.lane.staging[0].findings = [{ kind: 'app-down', words: 'web.1 restarted 7 times.', snooze: null }]
    await database.db.boardSummary.update({ where: { projectId: 42 }, data: { value } })
    expect((await refusal(promote(fake.ctx, promotion))).demands).toMatchObject([{ kind: 'staging-unhealthy' }])
  })
})

describe('where a second person has to agree', () => {
  const asked = { ...place, sha: stagingSha, reason: 'The new price list' }
  const given = () => set({ approval: { needed: true, validHours: 8 } })

  test('nobody deploys before, nobody agrees to their own wish, and an approval is used once', async () => {
    await given()
    const [hanako, marta] = [as('hanako'), as('marta')]
    expect((await refusal(promote(hanako, promotion))).demands).toMatchObject([{ kind: 'approval' }])
    const approval = await requestApproval(hanako, asked)
    expect((await refusal(requestApproval(marta, asked))).message).toContain('hanako has asked for it already')
    const own = answerApproval(hanako, { approvalId: approval.id, answer: 'approved', words: '' })
    expect((await refusal(own)).kind).toBe('forbidden')
    const developer = { ...fake.ctx, actor: member('developer', { name: 'kenta' }) }
    const weak = answerApproval(developer, { approvalId: approval.id, answer: 'approved', words: '' })
    expect((await refusal(weak)).kind).toBe('forbidden')
    await answerApproval(marta, { approvalId: approval.id, answer: 'approved', words: 'Go' })
    const operation = await ended(await promote(hanako, promotion))
    expect(operation).toMatchObject({ status: 'succeeded', requestedBy: 'hanako' })
    expect(await database.db.approval.findFirst()).toMatchObject({ operationId: operation.id, answeredBy: 'marta' })
    expect((await audit()).filter(({ outcome }) => outcome === 'requested').at(-1)).toMatchObject({
      details: { approvedBy: 'marta' },
    })
  })

  test('a declined one, one for another commit and one that expired do not count', async () => {
    await given()
    const [hanako, marta] = [as('hanako'), as('marta')]
    const declined = await requestApproval(hanako, asked)
    await answerApproval(marta, { approvalId: declined.id, answer: 'declined', words: 'Not on Friday' })
    expect((await refusal(promote(hanako, promotion))).kind).toBe('refused')
    const other = await requestApproval(hanako, { ...asked, sha: 'c'.repeat(40) })
    await answerApproval(marta, { approvalId: other.id, answer: 'approved', words: '' })
    expect((await refusal(promote(hanako, promotion))).kind).toBe('refused')
    const late = await requestApproval(hanako, asked)
    await answerApproval(marta, { approvalId: late.id, answer: 'approved', words: '' })
    await fake.pause(8 * 3_600_000, new AbortController().signal)
    expect((await refusal(promote(hanako, promotion))).kind).toBe('refused')
  })

  test('who asked takes it back, also what was agreed to; nobody else does, and what was used stays so', async () => {
    await given()
    const [hanako, marta] = [as('hanako'), as('marta')]
    const waiting = await requestApproval(hanako, asked)
    expect((await refusal(withdrawApproval(marta, { approvalId: waiting.id }))).kind).toBe('forbidden')
    const stranger = { ...fake.ctx, actor: member(null, { name: 'hanako' }) }
    expect((await refusal(withdrawApproval(stranger, { approvalId: waiting.id }))).kind).toBe('not-found')
    expect(await withdrawApproval(hanako, { approvalId: waiting.id })).toMatchObject({ answer: 'withdrawn' })
    const yes = { answer: 'approved', words: '' } as const
    const late = await refusal(answerApproval(marta, { approvalId: waiting.id, ...yes }))
    expect(late.message).toBe('Nobody waits for this answer any more: it is withdrawn.')

    const agreed = await requestApproval(hanako, asked)
    await answerApproval(marta, { approvalId: agreed.id, ...yes })
    await withdrawApproval(hanako, { approvalId: agreed.id })
    expect((await refusal(promote(hanako, promotion))).demands).toMatchObject([{ kind: 'approval' }])
    expect(fake.gitlab.changes).toEqual([])

    const used = await requestApproval(hanako, asked)
    await answerApproval(marta, { approvalId: used.id, ...yes })
    await promote(hanako, promotion)
    const tooLate = await refusal(withdrawApproval(hanako, { approvalId: used.id }))
    expect(tooLate.message).toBe('There is nothing to take back any more: it is used.')
    const words = (await audit()).filter(({ action }) => action === 'approval.withdraw').map(({ outcome }) => outcome)
    expect(words).toEqual(['refused', 'failed', 'succeeded', 'succeeded', 'refused'])
  })

  test('two who use it at once: one deploys', async () => {
    await given()
    const [hanako, marta] = [as('hanako'), as('marta')]
    const approval = await requestApproval(hanako, asked)
    await answerApproval(marta, { approvalId: approval.id, answer: 'approved', words: '' })
    await Promise.all([promote(hanako, promotion), promote(as('jun'), promotion)])
    expect(fake.gitlab.changes).toEqual(['play 7'])
  })
})

describe('a rollback', () => {
  test('runs the job of the earlier deployment again, once the commit was typed', async () => {
    const { sha, deployment } = withAnEarlierDeployment()
    const wish = { ...place, deploymentId: deployment.id }
    expect((await refusal(rollback(fake.ctx, wish))).message).toContain('Production would lose 2 commits')
    const operation = await ended(await rollback(fake.ctx, { ...wish, typedSha: sha.slice(0, 8) }))
    expect(operation).toMatchObject({ kind: 'rollback', status: 'succeeded', title: 'production to eeeeeeee' })
    expect(fake.gitlab.changes).toEqual(['retry 4'])
  })

  test('killed around any call, the second process brings it to its true end: one retry', {
    timeout: 240_000,
  }, async () => {
    let deploymentId = 0
    let typedSha = ''
    const prepare = () => {
      const { sha, deployment } = withAnEarlierDeployment()
      deploymentId = deployment.id
      typedSha = sha.slice(0, 8)
    }
    await onceAtEveryMoment(prepare, (ctx) => rollback(ctx, { ...place, deploymentId, typedSha }), ['retry 4'])
  })

  test('is refused for what runs now, for another environment’s deployment and for who may not', async () => {
    const { deployment } = withAnEarlierDeployment()
    const current = fake.gitlab.deployments.find(({ job }) => job?.id === 5)
    const wish = (deploymentId: number) => rollback(fake.ctx, { ...place, deploymentId })
    expect((await refusal(wish(current?.id ?? 0))).message).toContain('redeploy it instead')
    expect((await refusal(wish(1002))).message).toContain('is not one of production')
    const developer = { ...fake.ctx, actor: member('developer') }
    expect((await refusal(rollback(developer, { ...place, deploymentId: deployment.id }))).kind).toBe('forbidden')
    expect(fake.gitlab.changes).toEqual([])
  })
})

describe('killed at every moment', () => {
  test('an approved promotion past a lock ends once, and uses its approval exactly when it was recorded', {
    timeout: 240_000,
  }, async () => {
    const prepare = async () => {
      await database.db.approval.deleteMany()
      await database.db.deployLock.deleteMany()
      await set({ approval: { needed: true, validHours: 8 } })
      await lockDeploys(fake.ctx, { projectId: 42, environmentId: null, reason: 'Audit week', hours: null })
      const { id: approvalId } = await requestApproval(as('hanako'), { ...place, sha: stagingSha, reason: '' })
      await answerApproval(as('marta'), { approvalId, answer: 'approved', words: '' })
    }
    const usedAsRecorded = async (operation: Operation | null) => {
      const { operationId } = await database.db.approval.findFirstOrThrow()
      expect(operationId).toBe(operation?.id ?? null)
    }
    const wish = { ...promotion, reason: 'The outage' }
    await onceAtEveryMoment(prepare, (ctx) => promote(ctx, wish), ['play 7'], usedAsRecorded)
    const requests = await database.db.auditEntry.findMany({ where: { action: 'promote', outcome: 'requested' } })
    expect(requests.length).toBeGreaterThan(1)
    for (const { details } of requests) {
      expect(details).toMatchObject({ overridden: 'lock', reason: 'The outage', approvedBy: 'marta' })
    }
  })

  test('a redeployment runs the job once more and not twice', { timeout: 240_000 }, async () => {
    await onceAtEveryMoment(
      () => {},
      (ctx) => redeploy(ctx, place),
      ['retry 5'],
    )
  })
})

test('a redeployment runs the job of what runs now again, and excludes a promotion meanwhile', async () => {
  const operation = await redeploy(fake.ctx, place)
  expect((await refusal(promote(fake.ctx, promotion))).message).toContain('is running')
  expect(await ended(operation)).toMatchObject({ kind: 'redeploy', status: 'succeeded' })
  expect(fake.gitlab.changes).toEqual(['retry 5'])
})

describe('where tags are the way', () => {
  /** The pipeline of the commit has no job for production. */
  const tagged = async () => {
    await set({ promotion: { way: 'tag', tagTemplate: 'v$VERSION' } })
    fake.gitlab.deployments = fake.gitlab.deployments.filter(({ job }) => job?.id !== 7)
    fake.gitlab.jobs = fake.gitlab.jobs.filter(({ id }) => id !== 7)
    fake.gitlab.tagList = [
      { name: 'v1.2.1', sha: 'd'.repeat(40) },
      { name: 'v1.10.0', sha: productionSha },
      { name: 'v2.0.0-rc.1', sha: 'd'.repeat(40) },
    ]
  }

  test.each(['manual', 'pending'] as const)('the next tag is created, and its %s job deploys', async (status) => {
    await tagged()
    fake.gitlab.tagJob = status
    const operation = await ended(await promote(fake.ctx, { ...promotion, tag: 'v1.11.0' }))
    expect(operation).toMatchObject({ status: 'succeeded', failure: null })
    expect(fake.gitlab.changes).toEqual(['tag v1.11.0', ...(status === 'manual' ? ['play 2950'] : [])])
  })

  test('killed around any call, the second process brings it to its true end: one tag, one play', {
    timeout: 240_000,
  }, async () => {
    await onceAtEveryMoment(tagged, (ctx) => promote(ctx, { ...promotion, tag: 'v1.11.0' }), [
      'tag v1.11.0',
      'play 2950',
    ])
  })

  test('no tag, one that is lower and one of another commit are refused with what comes next', async () => {
    await tagged()
    expect((await refusal(promote(fake.ctx, promotion))).message).toContain('v1.10.1, v1.11.0 or v2.0.0')
    expect((await refusal(promote(fake.ctx, { ...promotion, tag: 'v1.9.0' }))).message).toContain('not higher')
    expect((await refusal(promote(fake.ctx, { ...promotion, tag: 'v1.10.0' }))).message).toContain('already')
    expect(fake.gitlab.changes).toEqual([])
  })

  test('a pipeline without a job for production fails truthfully', async () => {
    await tagged()
    fake.gitlab.tagJob = null
    const operation = await ended(await promote(fake.ctx, { ...promotion, tag: 'v1.11.0' }))
    expect(operation.status).toBe('failed')
    expect(operation.failure?.message).toContain('has no job that deploys to production')
  })
})
