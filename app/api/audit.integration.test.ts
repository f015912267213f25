import { createHash } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Instance } from '#lib/context.ts'
import { type FreshDatabase, freshDatabase } from '#lib/db/fresh-database.ts'
import { readEnv } from '#lib/env.ts'
import { fakeWorld } from '#lib/operations/fake-world.ts'
import { GET as audit } from './v1/audit/route.ts'

const shared = globalThis as { berthInstance?: Instance }
const entries = 5000

let database: FreshDatabase
/** How often the audit was asked for a batch. */
let reads: number

beforeAll(async () => {
  database = await freshDatabase()
  const tokenHash = createHash('sha256').update('berth_test').digest('hex')
  await database.db.apiToken.create({ data: { tokenHash, name: 'auditor' } })
  for (let first = 1; first <= entries; first += 500) {
    await database.db.$executeRaw`
      INSERT INTO "AuditEntry" (at, actor, via, action, "projectId", target, outcome, words)
      SELECT timestamptz '2026-11-23 10:00Z' + number * interval '1 s', 'aiko', 'page', 'stop', 42, 'review/' || number,
        CASE WHEN number % 100 = 0 THEN 'refused' ELSE 'succeeded' END, 'Stopped.'
      FROM generate_series(${first}::int, ${first + 499}::int) number`
  }
})
afterAll(async () => {
  delete shared.berthInstance
  await database?.drop()
})
beforeEach(() => {
  reads = 0
  const { world } = fakeWorld(database.db)
  const counting = database.db.$extends({
    query: {
      auditEntry: {
        findMany({ args, query }) {
          reads += 1
          return query(args)
        },
      },
    },
  })
  const db = counting as unknown as typeof world.db
  // A read-only instance makes everybody a reporter.
  shared.berthInstance = {
    world: { ...world, db },
    env: readEnv({ BERTH_READ_ONLY: 'true' }),
    databaseUrl: database.url,
  }
})

const get = (search: string, headers: Record<string, string> = { authorization: 'Bearer berth_test' }) =>
  audit(new Request(`http://berth.test/api/v1/audit${search}`, { headers }))

describe('the audit as a file', () => {
  test('is for whoever may look', async () => {
    expect((await get('', {})).status).toBe(401)
    expect((await get('?actor=nobody')).status).toBe(200)
  })

  test('as JSON holds every entry, newest first, with its place in the chain', async () => {
    const response = await get('')
    expect(response.headers.get('content-type')).toBe('application/json')
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="berth-audit-2026-11-23.json"')
    const all = (await response.json()) as { id: number; hash: string; previousHash: string }[]
    expect(all.map(({ id }) => id)).toEqual(Array.from({ length: entries }, (_, index) => entries - index))
    expect(all.every(({ previousHash }, index) => previousHash === (all[index + 1]?.hash ?? ''))).toBe(true)
  })

  test('as CSV holds what the filter lets through', async () => {
    const response = await get('?format=csv&outcome=refused&project=42&to=2026-11-23T10:05:00Z')
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8')
    const lines = (await response.text()).trimEnd().split('\r\n')
    expect(lines[0]).toMatch(/^id,at,actor,/)
    expect(lines.slice(1).map((line) => line.split(',')[0])).toEqual(['200', '100'])
  })

  test.each(['?format=xls', '?projet=42', '?from=yesterday'])('%s is 422', async (search) => {
    const response = await get(search)
    expect(response.status).toBe(422)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
  })

  test('is read no further than its reader has come, and no more once he is gone', async () => {
    const reader = (await get('?format=csv')).body?.getReader()
    await reader?.read()
    await reader?.read()
    const begun = reads
    expect(begun).toBeLessThan(4)
    await reader?.cancel()
    await database.db.auditEntry.count()
    expect(reads).toBe(begun)
  })
})
