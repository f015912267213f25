import { describe, expect, test } from 'vitest'
import { everywhere } from '#lib/domain/access.ts'
import { findingList, parseFindingQuery } from '#lib/queries/findings.ts'
import { claimNames, withdrawClaim } from './claim-names.ts'
import { leakReviewApps } from './fake-leaks.ts'
import { onlooker, operator } from './fake-world.ts'
import { endSnooze, snoozeFinding } from './snooze-finding.ts'
import { refusal } from './test-endings.ts'
import { database, fake, givenFreshWorlds } from './test-world.ts'

givenFreshWorlds()

const developer = { ...operator, name: 'Yuki', access: everywhere('developer') }
const audit = () => database.db.auditEntry.findMany({ orderBy: { id: 'asc' } })

/** A finding that no decision closes: its project has no such environment. */
async function open(): Promise<string> {
  const { id } = await database.db.finding.create({
    data: {
      activeKey: 'host-unreachable host:gone',
      kind: 'host-unreachable',
      subject: 'host:gone',
      host: 'gone',
      severity: 'critical',
      since: new Date('2026-11-23T09:00:00Z'),
      openedAt: new Date('2026-11-23T09:00:00Z'),
      value: { words: 'It does not answer.', subject: { kind: 'host', host: 'gone' }, evidence: [], resolutions: [] },
    },
  })
  return id
}

describe('a snooze', () => {
  const wish = { days: 7, reason: 'The provider moves it' }

  test('sets a finding aside with a reason, until it is taken back', async () => {
    const findingId = await open()
    const ctx = { ...fake.ctx, actor: { ...operator, name: 'Yuki' } }
    const snoozed = await snoozeFinding(ctx, { findingId, ...wish })
    expect(snoozed.snooze).toEqual({
      until: new Date('2026-11-30T10:00:00Z'),
      reason: 'The provider moves it',
      by: 'Yuki',
    })
    const query = parseFindingQuery(new URLSearchParams({ state: 'snoozed' }))
    expect((await findingList(ctx, query)).findings.map(({ id }) => id)).toEqual([findingId])
    expect((await endSnooze(ctx, { findingId })).snooze).toBeNull()
    expect(await audit()).toMatchObject([
      { action: 'finding.snooze', actor: 'Yuki', outcome: 'succeeded', target: 'host-unreachable host:gone' },
      { action: 'finding.end-snooze', outcome: 'succeeded' },
    ])
  })

  test('about a host is for admins', async () => {
    const findingId = await open()
    const ctx = { ...fake.ctx, actor: developer }
    expect((await refusal(snoozeFinding(ctx, { findingId, ...wish }))).kind).toBe('forbidden')
  })

  test('refuses who may only look', async () => {
    const findingId = await open()
    const error = await refusal(snoozeFinding({ ...fake.ctx, actor: onlooker }, { findingId, ...wish }))
    expect(error.kind).toBe('forbidden')
    expect(await audit()).toMatchObject([{ action: 'finding.snooze', outcome: 'refused' }])
  })

  test.each([
    [{ days: 0 }, 'invalid'],
    [{ days: 91 }, 'invalid'],
    [{ days: 1.5 }, 'invalid'],
    [{ reason: ' a ' }, 'invalid'],
    [{ reason: 'x'.repeat(301) }, 'invalid'],
    [{ findingId: 'nothing' }, 'not-found'],
    [{ findingId: '00000000-0000-7000-8000-000000000000' }, 'not-found'],
  ])('with %j is %s', async (change, kind) => {
    const findingId = await open()
    expect((await refusal(snoozeFinding(fake.ctx, { findingId, ...wish, ...change }))).kind).toBe(kind)
    expect(await audit()).toHaveLength(1)
  })

  test('of a finding that has ended is not found', async () => {
    const findingId = await open()
    await database.db.finding.update({ where: { id: findingId }, data: { activeKey: null, closedAt: new Date() } })
    expect((await refusal(snoozeFinding(fake.ctx, { findingId, ...wish }))).kind).toBe('not-found')
  })
})

describe('a claim', () => {
  const wish = { projectId: 42, host: 'review', pattern: 'review-*' }

  test('is made once, and withdrawn', async () => {
    const claim = await claimNames(fake.ctx, wish)
    expect(claim).toMatchObject({ ...wish, claimedBy: 'operator' })
    expect((await refusal(claimNames(fake.ctx, wish))).message).toBe('review-* on review is claimed already.')
    expect(await withdrawClaim(fake.ctx, { claimId: claim.id })).toMatchObject({ id: claim.id })
    expect((await refusal(withdrawClaim(fake.ctx, { claimId: claim.id }))).kind).toBe('not-found')
    expect((await audit()).map(({ action, outcome, target }) => [action, outcome, target])).toEqual([
      ['names.claim', 'succeeded', 'review-* on review'],
      ['names.claim', 'refused', 'review-* on review'],
      ['names.withdraw', 'succeeded', 'review-* on review'],
      ['names.withdraw', 'failed', `claim ${claim.id}`],
    ])
  })

  test.each([onlooker, developer])('refuses a $role', async (actor) => {
    const ctx = { ...fake.ctx, actor }
    expect((await refusal(claimNames(ctx, wish))).kind).toBe('forbidden')
    expect((await refusal(withdrawClaim(ctx, { claimId: 'x' }))).kind).toBe('forbidden')
    expect(await audit()).toMatchObject([{ outcome: 'refused' }, { outcome: 'refused' }])
  })

  test('needs a host and a project that Berth has, and names that are nobody else’s', async () => {
    await leakReviewApps(fake, database.db, 1)
    expect((await refusal(claimNames(fake.ctx, { ...wish, host: 'other' }))).kind).toBe('not-found')
    expect((await refusal(claimNames(fake.ctx, { ...wish, projectId: 43 }))).kind).toBe('not-found')
    expect((await refusal(claimNames(fake.ctx, { ...wish, pattern: '*' }))).kind).toBe('refused')
    await database.db.project.create({
      data: { id: 44, pathWithNamespace: 'a/b', name: 'B', webUrl: 'https://git/b', observedAt: new Date() },
    })
    const error = await refusal(claimNames(fake.ctx, { ...wish, projectId: 44 }))
    expect(error.message).toBe('review-* matches review-leak-1, the app of review/leak-1 of another project.')
  })
})
