import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Finding } from '#lib/domain/finding.ts'
import { findingChanges } from '#lib/domain/finding-changes.ts'
import { asOf, minutesAgo } from '#lib/domain/samples.ts'
import { type FindingQuery, readFindingPage } from './finding-page.ts'
import {
  closeAbandonedFindings,
  type FindingScope,
  forgetClosedFindings,
  openFindings,
  snooze,
  writeFindingChanges,
} from './findings.ts'
import { type FreshDatabase, freshDatabase } from './fresh-database.ts'

let database: FreshDatabase
beforeAll(async () => {
  database = await freshDatabase()
})
afterAll(() => database?.drop())
beforeEach(async () => {
  await database.db.finding.deleteMany()
  await database.db.project.deleteMany()
  await database.db.project.create({
    data: { id: 42, pathWithNamespace: 'hello/hello-app', name: 'hello-app', webUrl: '', observedAt: asOf },
  })
})

const finding = (environmentId: number, more: Partial<Finding> = {}): Finding => ({
  kind: 'commit-drift',
  subject: { kind: 'environment', environmentId, name: `review/${environmentId}` },
  severity: 'attention',
  words: 'GitLab deployed aaaaaaaa, but Dokku runs cccccccc.',
  evidence: [{ source: 'dokku:review', words: 'It runs cccccccc.' }],
  resolutions: [{ act: 'redeploy', words: 'Run the deployment job again.' }],
  since: minutesAgo(5),
  snooze: null,
  ...more,
})
const onHost = (app: string): Finding =>
  finding(0, { kind: 'app-without-environment', subject: { kind: 'app', host: 'review', app } })

const whole: FindingScope = { projectId: 42, environmentIds: 'all' }
const part = (...environmentIds: number[]): FindingScope => ({ projectId: 42, environmentIds })

async function decide(scope: FindingScope, found: Finding[], isInDoubt = () => false, at = asOf) {
  const changes = findingChanges(await openFindings(database.db, scope), found, isInDoubt)
  await writeFindingChanges(database.db, changes, () => ({ projectId: 42, host: 'review' }), at)
}
const openIds = async (scope: FindingScope = whole) =>
  (await openFindings(database.db, scope))
    .map(({ subject }) => (subject.kind === 'environment' ? subject.environmentId : subject.kind))
    .sort()
const page = (more: Partial<FindingQuery> = {}) =>
  readFindingPage(
    database.db,
    { projectId: null, host: null, kind: null, state: 'open', page: 1, ...more },
    { pageSize: 2, asOf, seen: 'all' },
  )

test('what is remembered is what was found', async () => {
  await decide(whole, [finding(7)])
  const [kept] = await openFindings(database.db, whole)
  expect(kept).toMatchObject({ ...finding(7), projectId: 42, unknownSince: null })
  expect(findingChanges(kept ? [kept] : [], [finding(7)], () => false)).toEqual({
    opened: [],
    changed: [],
    closed: [],
    inDoubt: [],
  })
})

test('a decision about a part touches nothing else of the project, and none about a host', async () => {
  await decide(whole, [finding(7), finding(8)])
  await decide({ host: 'review' }, [onHost('old')])
  await decide(part(7), [])
  expect(await openIds()).toEqual([8])
  await decide(whole, [])
  expect(await openIds({ host: 'review' })).toEqual(['app'])
})

test('a change keeps the finding, and says since when it is', async () => {
  await decide(whole, [finding(7)])
  const [before] = await openFindings(database.db, whole)
  await decide(whole, [finding(7, { severity: 'critical', words: 'Worse.' })])
  expect(await openFindings(database.db, whole)).toMatchObject([
    { id: before?.id, severity: 'critical', words: 'Worse.', since: minutesAgo(5) },
  ])
})

test('in doubt it stays open, and is known again when it is found again', async () => {
  await decide(whole, [finding(7)])
  await decide(whole, [], () => true, minutesAgo(3))
  await decide(whole, [], () => true, minutesAgo(1))
  expect(await openFindings(database.db, whole)).toMatchObject([{ unknownSince: minutesAgo(3) }])
  await decide(whole, [finding(7)])
  expect(await openFindings(database.db, whole)).toMatchObject([{ unknownSince: null }])
})

test('one that ended may begin again, as another', async () => {
  await decide(whole, [finding(7)])
  const [first] = await openFindings(database.db, whole)
  await decide(whole, [])
  await decide(whole, [finding(7)])
  const [second] = await openFindings(database.db, whole)
  expect(second?.id).not.toBe(first?.id)
  expect((await page({ state: 'closed' })).findings).toMatchObject([{ id: first?.id, closedAt: asOf }])
})

test('two who decide at once make one of each', async () => {
  const found = Array.from({ length: 200 }, (_, index) => finding(index + 1))
  await Promise.all([decide(whole, found), decide(whole, found), decide(whole, found)])
  expect(await openIds()).toHaveLength(200)
})

describe('a snooze', () => {
  const given = { until: new Date(asOf.getTime() + 60_000), reason: 'Known; Aiko is on it.', by: 'aiko' }

  test('outlives what changes in between, and can be taken back', async () => {
    await decide(whole, [finding(7)])
    const [{ id } = { id: '' }] = await openFindings(database.db, whole)
    expect(await snooze(database.db, id, given)).toMatchObject({ id, snooze: given, projectPath: 'hello/hello-app' })
    await decide(whole, [finding(7, { words: 'Another commit.' })])
    expect((await page()).findings).toEqual([])
    expect((await page({ state: 'snoozed' })).findings).toMatchObject([{ id, words: 'Another commit.', snooze: given }])
    expect(await snooze(database.db, id, null)).toMatchObject({ snooze: null })
    expect((await page()).counts).toMatchObject({ open: 1, snoozed: 0 })
  })

  test('of one that ended is none', async () => {
    await decide(whole, [finding(7)])
    const [{ id } = { id: '' }] = await openFindings(database.db, whole)
    await decide(whole, [])
    expect(await snooze(database.db, id, given)).toBeNull()
    expect(await snooze(database.db, 'no-such-id', given)).toBeNull()
  })
})

test('a page is of one state, kind, project or host; the counts are of all kinds', async () => {
  await decide(whole, [finding(7), finding(8, { severity: 'critical' }), finding(9, { kind: 'stale' })])
  await decide({ host: 'review' }, [onHost('old')])
  const first = await page()
  expect(first).toMatchObject({ total: 4, page: 1, pageSize: 2 })
  expect(first.findings[0]).toMatchObject({ severity: 'critical', projectPath: 'hello/hello-app', host: 'review' })
  expect(first.counts).toMatchObject({ open: 4, byKind: { 'commit-drift': 2, stale: 1, 'app-without-environment': 1 } })
  expect((await page({ page: 99 })).page).toBe(2)
  expect(await page({ kind: 'stale' })).toMatchObject({ total: 1, counts: { open: 4 } })
  expect((await page({ projectId: 43 })).total).toBe(0)
  expect((await page({ host: 'other' })).counts.open).toBe(0)
})

test('what no decision speaks for any more ends, and is forgotten after its time', async () => {
  await decide(whole, [finding(7)])
  await decide({ host: 'review' }, [onHost('old')])
  expect(await closeAbandonedFindings(database.db, { projectIds: [42], hosts: ['review'], heroku: true }, asOf)).toBe(0)
  expect(await closeAbandonedFindings(database.db, { projectIds: [42], hosts: [], heroku: true }, asOf)).toBe(1)
  expect(await closeAbandonedFindings(database.db, { projectIds: [], hosts: [], heroku: true }, asOf)).toBe(1)
  await forgetClosedFindings(database.db, asOf)
  expect((await page({ state: 'closed' })).total).toBe(2)
  await forgetClosedFindings(database.db, new Date(asOf.getTime() + 1))
  expect((await page({ state: 'closed' })).total).toBe(0)
})
