import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Context } from '#lib/context.ts'
import { type AuditEntry, appendAudit } from '#lib/db/audit.ts'
import { type FreshDatabase, freshDatabase } from '#lib/db/fresh-database.ts'
import { writeProjects } from '#lib/db/observations-projects.ts'
import { recordOperation } from '#lib/db/operations.ts'
import { everywhere } from '#lib/domain/access.ts'
import { emptyGitlab, fakeWorld, project, startAt } from '#lib/sync/fake-world.ts'
import { activityList, activityPageSize, auditExport, parseActivityQuery } from './activity.ts'

let database: FreshDatabase
let ctx: Context
let operationId: string

const dayMs = 24 * 60 * 60_000
const entries = 2 * activityPageSize + 20

/** Entry n happens on day n / 24, an hour each; every third is refused, every fourth is of a project that is not shown. */
const entry = (number: number): AuditEntry => ({
  at: new Date(startAt.getTime() + (number * dayMs) / 24),
  actor: { name: number % 2 ? 'aiko' : 'ben', via: number % 2 ? 'page' : 'api' },
  action: number % 5 ? 'stop' : 'promote',
  projectId: number % 4 ? 42 : 9,
  target: `review/${number}`,
  outcome: number % 3 ? 'succeeded' : 'refused',
  words: 'As it was.',
  ...([4, 5].includes(number) && { operationId }),
})

beforeAll(async () => {
  database = await freshDatabase()
  ctx = {
    ...fakeWorld(database.db, emptyGitlab(), {}),
    actor: { kind: 'token', name: 'auditor', via: 'api', personId: null, access: everywhere('reporter') },
  }
  await writeProjects(database.db, [project(42)], startAt)
  const { operation } = await recordOperation(
    database.db,
    {
      kind: 'promote',
      projectId: 42,
      environmentId: 2,
      activeSubject: 'promote:42:2',
      input: {},
      title: 'a1b2 to production',
      plan: {},
      jobId: 7,
      steps: [],
      requestedBy: 'aiko',
      requestedById: null,
      requestedVia: 'page',
      createdAt: startAt,
    },
    { owner: 'test', seconds: 1 },
  )
  operationId = operation.id
  for (let number = 1; number <= entries; number += 1) await appendAudit(database.db, entry(number))
})
afterAll(() => database?.drop())

const read = (address: string) =>
  activityList(ctx, parseActivityQuery(Object.fromEntries(new URLSearchParams(address))))
const numbers = async (address: string) => (await read(address)).entries.map(({ id }) => id)

describe('the activity', () => {
  test('is read newest first, with everything that can be chosen', async () => {
    const page = await read('')
    expect(page).toMatchObject({
      total: entries,
      newerBefore: null,
      actors: ['aiko', 'ben'],
      actions: ['promote', 'stop'],
      projects: [{ id: 42, path: 'team/project-42' }],
    })
    expect(page.entries).toHaveLength(activityPageSize)
    expect(page.entries[0]).toMatchObject({
      id: entries,
      target: `review/${entries}`,
      actor: { name: 'ben', via: 'api' },
    })
  })

  test('pages lead to the oldest entry and back, whatever is appended meanwhile', async () => {
    const second = await read(`before=${(await read('')).olderBefore}`)
    expect(second.entries[0]?.id).toBe(entries - activityPageSize)
    expect(second.newerBefore).toBe('newest')
    const last = await read(`before=${second.olderBefore}`)
    expect(last.entries.map(({ id }) => id)).toEqual(Array.from({ length: 20 }, (_, index) => 20 - index))
    expect(last.olderBefore).toBeNull()
    expect(await numbers(`before=${last.newerBefore}`)).toEqual(second.entries.map(({ id }) => id))
  })

  test.each([
    ['outcome=refused&action=promote&actor=aiko', (number: number) => number % 30 === 15],
    ['project=9', (number: number) => number % 4 === 0],
    ['from=2026-11-25&to=2026-11-25', (number: number) => entry(number).at.toISOString().startsWith('2026-11-25')],
    ['to=2026-11-24T00:00:00Z', (number: number) => entry(number).at.getTime() < Date.parse('2026-11-24T00:00:00Z')],
    ['actor=nobody', () => false],
  ])('%s', async (address, isMeant) => {
    const meant = Array.from({ length: entries }, (_, index) => entries - index).filter(isMeant)
    expect(await numbers(address)).toEqual(meant.slice(0, activityPageSize))
    expect((await read(address)).total).toBe(meant.length)
    const exported: number[] = []
    const query = parseActivityQuery(Object.fromEntries(new URLSearchParams(address)))
    for await (const batch of auditExport(ctx, query)) exported.push(...batch.map(({ id }) => id))
    expect(exported).toEqual(meant)
  })

  test('an entry says where its operation is followed, if its project has a page', async () => {
    const { entries: oldest } = await read('before=6')
    expect(oldest.map(({ projectPath, operation }) => [projectPath, operation?.environmentId ?? null])).toEqual([
      ['team/project-42', 2],
      [null, null],
      ['team/project-42', null],
      ['team/project-42', null],
      ['team/project-42', null],
    ])
    expect(oldest[0]?.operation).toEqual({
      id: operationId,
      kind: 'promote',
      status: 'running',
      projectId: 42,
      environmentId: 2,
      jobId: 7,
    })
  })
})
