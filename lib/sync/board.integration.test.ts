import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { withAges } from '#lib/db/board-ages.ts'
import { readBoardPage } from '#lib/db/board-page.ts'
import { replaceBoardRows } from '#lib/db/board-rows.ts'
import { openFindings, snooze } from '#lib/db/findings.ts'
import { type FreshDatabase, freshDatabase } from '#lib/db/fresh-database.ts'
import { revive } from '#lib/db/json.ts'
import type { BoardQuery, BoardSummary } from '#lib/domain/board.ts'
import { findingKey } from '#lib/domain/finding.ts'
import { defaultMapping } from '#lib/domain/mapping.ts'
import { asOf, minutesAgo, sha } from '#lib/domain/samples.ts'
import { hostStaleMinutes } from '#lib/domain/truth.ts'
import { type Changed, decideBoard } from './board.ts'

let database: FreshDatabase
beforeAll(async () => {
  database = await freshDatabase()
})
afterAll(() => database?.drop())

const projectId = 42
const observedAt = minutesAgo(1)

const decideAt = (at: Date, changed: Changed = 'all') =>
  decideBoard(database.db, {
    projectId,
    mapping: defaultMapping,
    hosts: ['review'],
    hasHeroku: false,
    urlStaleMinutes: 15,
    asOf: at,
    changed,
  })
const decide = (changed: Changed = 'all') => decideAt(asOf, changed)
const touching = (more: Partial<Exclude<Changed, 'all'>>): Changed => ({
  branches: new Set(),
  environmentIds: new Set(),
  apps: new Set(),
  ...more,
})
const page = (more: Partial<BoardQuery> = {}) =>
  readBoardPage(
    database.db,
    projectId,
    { q: '', filter: 'all', sort: 'branch', direction: 'asc', page: 1, ...more },
    50,
  )
const keys = async (more: Partial<BoardQuery> = {}) => (await page(more)).rows.map(({ key }) => key)

const branch = (name: string, title = `Work on ${name}`) => ({
  projectId,
  name,
  sha: sha('a'),
  title,
  authorName: 'Aiko Mori',
  committedAt: minutesAgo(100),
  isDefault: name === 'master',
  isProtected: name === 'master',
  isMerged: false,
  webUrl: '',
  observedAt,
})

const environment = (id: number, name: string, tier: string) => ({
  id: BigInt(id),
  projectId,
  name,
  slug: name.replace(/\W/g, '-'),
  state: 'available',
  tier,
  createdAt: minutesAgo(500),
  updatedAt: minutesAgo(500),
  stateSince: minutesAgo(500),
  observedAt,
})

const deployment = (iid: number, environmentId: number, ref: string, character: string, status = 'success') => ({
  id: BigInt(1000 + iid),
  iid: BigInt(iid),
  projectId,
  environmentId: BigInt(environmentId),
  ref,
  sha: sha(character),
  status,
  createdAt: minutesAgo(90),
  updatedAt: minutesAgo(80),
  jobId: 9_000_000_000n + BigInt(iid),
  jobName: 'deploy',
  jobStatus: status === 'blocked' ? 'manual' : status,
  jobWebUrl: '',
  observedAt,
})

beforeEach(async () => {
  const { db } = database
  await db.project.deleteMany()
  await db.boardSummary.deleteMany()
  await db.finding.deleteMany()
  await db.dokkuApp.deleteMany()
  await db.project.create({
    data: {
      id: projectId,
      pathWithNamespace: 'hello/hello-app',
      name: 'hello-app',
      webUrl: '',
      defaultBranch: 'master',
      observedAt,
    },
  })
  for (const id of [`gitlab:${projectId}`, 'dokku:review']) {
    await db.source.upsert({ where: { id }, create: { id, observedAt }, update: { observedAt } })
  }
  await db.branch.createMany({ data: [branch('master'), branch('login'), branch('fix/"quoted" ünï-😀 100%_done')] })
  await db.environment.createMany({
    data: [
      environment(1, 'staging', 'staging'),
      environment(2, 'production', 'production'),
      environment(7, 'review/login', 'development'),
    ],
  })
  await db.deployment.createMany({
    data: [
      deployment(1, 2, 'master', 'a'),
      deployment(2, 1, 'master', 'b'),
      deployment(3, 2, 'master', 'b', 'blocked'),
      deployment(4, 7, 'login', 'a'),
    ],
  })
  await db.dokkuApp.create({
    data: { host: 'review', name: 'review-login', deployedSha: sha('a'), domains: [], observedAt },
  })
})

test('the whole board: lane apart, a row for every environment and every branch without one', async () => {
  await decide()
  expect(await keys()).toEqual(['b:fix/"quoted" ünï-😀 100%_done', 'e7', 'b:master'])
  const kept = await database.db.boardSummary.findUniqueOrThrow({ where: { projectId } })
  const summary = revive<BoardSummary>(kept.value)
  expect(summary.counts).toMatchObject({ branches: 3, reviewApps: 1, byFilter: { all: 3, up: 1, 'no-app': 2 } })
  expect(summary.lane.links).toMatchObject([
    { fromSha: sha('b'), toSha: sha('a'), promotability: { allowed: true, jobId: 9_000_000_003, act: 'play' } },
  ])
})

test('deciding again when nothing changed changes nothing', async () => {
  await decide()
  expect(await decide()).toEqual([])
})

describe('deciding only what changed comes to the same board as deciding everything', () => {
  const cases: [string, () => Promise<unknown>, Changed, string[]][] = [
    [
      'an app goes',
      () => database.db.dokkuApp.deleteMany({ where: { name: 'review-login' } }),
      touching({ apps: new Set(['review/review-login']) }),
      ['e7', 'summary'],
    ],
    [
      'an environment goes, its branch comes back as a branch',
      () => database.db.environment.delete({ where: { id: 7n } }),
      touching({ environmentIds: new Set([7]) }),
      ['b:login', 'e7', 'summary'],
    ],
    [
      'an environment comes, its branch’s row goes',
      async () => {
        await database.db.environment.create({ data: environment(8, 'review/master', 'development') })
        await database.db.deployment.create({ data: deployment(9, 8, 'master', 'c') })
      },
      touching({ environmentIds: new Set([8]) }),
      ['b:master', 'e8', 'summary'],
    ],
    [
      'a branch goes',
      () => database.db.branch.deleteMany({ where: { name: 'login' } }),
      touching({ branches: new Set(['login']) }),
      ['e7', 'summary'],
    ],
    [
      'a merge request opens',
      () =>
        database.db.mergeRequest.create({
          data: {
            projectId,
            iid: 5,
            title: 'Log people in',
            state: 'opened',
            draft: false,
            sourceBranch: 'login',
            targetBranch: 'master',
            authorName: '佐藤 花子',
            authorUsername: 'hanako',
            labels: [],
            webUrl: '',
            createdAt: minutesAgo(5),
            updatedAt: minutesAgo(5),
            observedAt,
          },
        }),
      touching({ branches: new Set(['login']) }),
      ['e7', 'summary'],
    ],
  ]
  test.each(cases)('%s', async (_name, change, changed, expected) => {
    await decide()
    await change()
    expect((await decide(changed)).sort()).toEqual(expected)
    expect(await decide('all')).toEqual([])
  })
})

describe('findings', () => {
  const open = async () =>
    (await openFindings(database.db, { projectId, environmentIds: 'all' })).map(findingKey).sort()
  const appGoes = () => database.db.dokkuApp.deleteMany({ where: { name: 'review-login' } })
  const appTouched = touching({ apps: new Set(['review/review-login']) })

  test('are remembered, end with the disagreement, and are the same decided in part or whole', async () => {
    await decide()
    expect(await open()).toEqual([])
    await appGoes()
    await decide(appTouched)
    expect(await open()).toEqual(['app-missing environment:7'])
    expect(await decide()).toEqual([])
    expect(await open()).toEqual(['app-missing environment:7'])
    await database.db.dokkuApp.create({
      data: { host: 'review', name: 'review-login', deployedSha: sha('a'), domains: [], observedAt },
    })
    await decide(appTouched)
    expect(await open()).toEqual([])
  })

  test('of a part are decided without a word about the others', async () => {
    await appGoes()
    await database.db.environment.create({ data: { ...environment(8, 'review/other', 'development') } })
    await database.db.deployment.create({ data: deployment(9, 8, 'other', 'c', 'failed') })
    await decide()
    const before = ['app-missing environment:7', 'branch-gone environment:8', 'deployment-failed environment:8']
    expect(await open()).toEqual(before)
    await decide(touching({ branches: new Set(['master']) }))
    expect(await open()).toEqual(before)
    await database.db.environment.delete({ where: { id: 8n } })
    await decide(touching({ environmentIds: new Set([8]) }))
    expect(await open()).toEqual(['app-missing environment:7'])
  })

  test('of a silent host are unknown, and so is the row', async () => {
    await appGoes()
    await decide()
    const silent = minutesAgo(hostStaleMinutes + 1)
    await database.db.source.update({
      where: { id: 'dokku:review' },
      data: { observedAt: silent, failingSince: silent },
    })
    await decide()
    expect((await page({ q: 'login' })).rows).toMatchObject([{ key: 'e7', health: 'unknown', findings: [] }])
    expect(await openFindings(database.db, { projectId, environmentIds: [7] })).toMatchObject([
      { kind: 'app-missing', unknownSince: asOf },
    ])
    await database.db.source.update({ where: { id: 'dokku:review' }, data: { failingSince: null } })
  })

  test('that are snoozed are no attention until the snooze ends', async () => {
    await appGoes()
    await decide()
    const [{ id } = { id: '' }] = await openFindings(database.db, { projectId, environmentIds: 'all' })
    const until = new Date(asOf.getTime() + 60_000)
    await snooze(database.db, id, { until, reason: 'Known.', by: 'aiko' })
    const attention = async () => {
      const { counts } = revive<BoardSummary>(
        (await database.db.boardSummary.findUniqueOrThrow({ where: { projectId } })).value,
      )
      return [counts.attention, counts.byFilter['app-missing'], (await page({ filter: 'attention' })).total]
    }
    expect(await attention()).toEqual([1, 1, 1])
    await decide(touching({ environmentIds: new Set([7]) }))
    expect(await attention()).toEqual([0, 0, 0])
    expect((await page({ q: 'login' })).rows[0]?.findings).toMatchObject([{ snooze: { reason: 'Known.' } }])
    await decideAt(until)
    expect(await attention()).toEqual([1, 1, 1])
  })

  test('a stopped environment leaves nothing behind that another one which is up has, whichever is decided', async () => {
    const stopped = { ...environment(8, 'old/login', 'development'), slug: 'review-login', state: 'stopped' }
    await database.db.environment.create({ data: stopped })
    await decide()
    expect(await open()).toEqual([])
    await decide(touching({ environmentIds: new Set([8]) }))
    expect(await open()).toEqual([])
    await database.db.environment.update({ where: { id: 7n }, data: { state: 'stopped', stateSince: minutesAgo(5) } })
    await decide(touching({ environmentIds: new Set([7]) }))
    expect(await open()).toEqual(['stopped-but-up environment:7', 'stopped-but-up environment:8'])
    expect(await decide()).toEqual([])
  })
})

test('a row does not change when only its probe was repeated; its age and latency do when it is read', async () => {
  const probe = { projectId, url: 'http://login.test', status: 200, finalStatus: 200, nextAt: asOf }
  const probed = (at: Date, latencyMs: number) =>
    database.db.urlProbe.upsert({
      where: { environmentId: 7n },
      create: { ...probe, environmentId: 7n, observedAt: at, latencyMs },
      update: { observedAt: at, latencyMs },
    })
  await probed(minutesAgo(3), 40)
  await decide()
  await probed(minutesAgo(1), 55)
  expect(await decide()).toEqual([])
  const [row] = await withAges(database.db, projectId, (await page({ q: 'login' })).rows)
  expect(row?.url).toMatchObject({ health: 'ok', state: '200', observedAt: minutesAgo(1), latencyMs: 55 })
  await database.db.urlProbe.deleteMany()
})

describe('search', () => {
  test.each([
    ['l', ['e7']],
    ['LOGIN', ['e7']],
    ['"quoted"', ['b:fix/"quoted" ünï-😀 100%_done']],
    ['ÜNÏ-😀', ['b:fix/"quoted" ünï-😀 100%_done']],
    ['100%_', ['b:fix/"quoted" ünï-😀 100%_done']],
    ['100__done', []],
    ['login aiko', ['e7']],
    ['\'; DROP TABLE "BoardRow"; --', []],
  ])('%s', async (q, expected) => {
    await decide()
    expect(await keys({ q })).toEqual(expected)
  })
})

test('a row is written out once, for its hash and the statement alike', async () => {
  await decide()
  const [row] = (await page({ q: 'login' })).rows
  if (!row) throw new Error('The board has no such row.')
  const written = vi.fn(() => row)
  const decided = { row: { ...row, toJSON: written }, branchName: 'login' }
  await replaceBoardRows(database.db, projectId, [decided], [], asOf)
  expect(written).toHaveBeenCalledTimes(1)
  expect((await page({ q: 'login' })).rows).toEqual([row])
})

test('a page past the end is the last page, and says which', async () => {
  await decide()
  expect(await page({ page: 99 })).toMatchObject({ page: 1, total: 3, totalIsCapped: false })
  expect(await page({ page: 99, q: 'nothing like it' })).toMatchObject({ rows: [], total: 0 })
})

test('also where there are more rows than a search counts', async () => {
  const many = Array.from({ length: 1_100 }, (_, index) => branch(`many/${String(index).padStart(4, '0')}`))
  await database.db.branch.createMany({ data: many })
  await decide()
  const last = await page({ page: 9_999 })
  expect(last).toMatchObject({ page: 23, total: 1_103, totalIsCapped: false })
  expect(last.rows).toHaveLength(3)
  expect(await page({ q: 'many' })).toMatchObject({ page: 1, total: 1_000, totalIsCapped: true })
})

test.each(['attention', 'up', 'open', 'leftover', 'no-app'] as const)(
  'filter %s and its count agree',
  async (filter) => {
    await decide()
    const { byFilter } = revive<BoardSummary>(
      (await database.db.boardSummary.findUniqueOrThrow({ where: { projectId } })).value,
    ).counts
    expect((await page({ filter })).total).toBe(byFilter[filter])
  },
)
