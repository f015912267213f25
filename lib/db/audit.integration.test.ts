import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type AuditEntry, appendAudit } from './audit.ts'
import { hasAuditHash, readAuditChain } from './audit-chain.ts'
import { brokenAuditGuards } from './audit-guards.ts'
import { connect, type Database } from './client.ts'
import { clearAudit, type FreshDatabase, freshDatabase, unguarded } from './fresh-database.ts'
import { migrate } from './migrations.ts'
import { listen } from './notifications.ts'

const root = path.join(import.meta.dirname, '..', '..')
let database: FreshDatabase
let db: Database

beforeAll(async () => {
  database = await freshDatabase()
  db = database.db
})
afterAll(() => database?.drop())
afterEach(() => clearAudit(db))

const entry = (target: string): AuditEntry => ({
  at: new Date('2026-11-23T10:00:00.123Z'),
  actor: { name: 'aiko', via: 'page' },
  action: 'stop',
  projectId: 42,
  target,
  outcome: 'succeeded',
  words: 'Stopped – 停止.',
  details: { sha: 'a1b2', count: 3, dry: false, nothing: null },
})

async function append(count: number, to: Database = db): Promise<void> {
  for (let number = 1; number <= count; number += 1) await appendAudit(to, entry(`review/${number}`))
}

const broken = async (): Promise<string | null> => (await readAuditChain(db)).broken

describe('appending', () => {
  test('numbers the entries and hashes each with the one before', async () => {
    await append(3)
    const entries = await db.auditEntry.findMany({ orderBy: { id: 'asc' } })
    expect(entries.map(({ id }) => id)).toEqual([1n, 2n, 3n])
    expect(entries.map(({ previousHash }) => previousHash)).toEqual(['', entries[0]?.hash, entries[1]?.hash])
    expect(new Set(entries.map(({ hash }) => hash)).size).toBe(3)
    expect(entries[0]?.hash).toMatch(/^[0-9a-f]{64}$/)
    expect(await readAuditChain(db)).toEqual({ entries: 3, headHash: entries[2]?.hash, broken: null })
  })

  test('an attempt that names what PostgreSQL cannot hold is written down all the same', async () => {
    await appendAudit(db, { ...entry('-'), target: 'channel \0', words: 'No \0.', details: { id: '\0', days: 3 } })
    expect(await db.auditEntry.findMany()).toMatchObject([
      { target: 'channel \ufffd', words: 'No \ufffd.', details: { id: '\ufffd', days: 3 } },
    ])
    expect((await readAuditChain(db)).broken).toBeNull()
  })

  test('an empty audit is unbroken', async () => {
    expect(await readAuditChain(db)).toEqual({ entries: 0, headHash: '', broken: null })
  })

  test('the hash does not depend on the session that asks', async () => {
    await append(1)
    const url = new URL(database.url)
    url.searchParams.set('options', '-c TimeZone=Asia/Tokyo -c DateStyle=German -c extra_float_digits=0')
    const elsewhere = connect(url.href)
    await append(1, elsewhere)
    expect(await readAuditChain(elsewhere)).toMatchObject({ entries: 2, broken: null })
    await elsewhere.$disconnect()
    expect(await broken()).toBeNull()
  })

  test('two writers at once, also in transactions that end late, make one chain', async () => {
    const other = connect(database.url)
    const slowly = (writer: Database) =>
      writer.$transaction(async (tx) => {
        await appendAudit(tx, entry('slow'))
        await tx.$queryRaw`SELECT 1 FROM pg_sleep(0.005)`
      })
    await Promise.all([db, other].flatMap((writer) => [append(20, writer), append(20, writer), slowly(writer)]))
    await other.$disconnect()
    expect(await readAuditChain(db)).toMatchObject({ entries: 82, broken: null })
    expect((await db.auditEntry.findFirst({ orderBy: { id: 'desc' } }))?.id).toBe(82n)
  })

  test('what is rolled back leaves no gap', async () => {
    await append(1)
    const failing = db.$transaction(async (tx) => {
      await appendAudit(tx, entry('never'))
      throw new Error('changed its mind')
    })
    await expect(failing).rejects.toThrow('changed its mind')
    await append(1)
    expect(await readAuditChain(db)).toMatchObject({ entries: 2, broken: null })
    expect(await db.auditEntry.findMany({ select: { id: true }, orderBy: { id: 'asc' } })).toEqual([
      { id: 1n },
      { id: 2n },
    ])
  })

  test('tells who looks on, once it is committed', async () => {
    let heard: (topics: string[]) => void = () => {}
    const topics = new Promise<string[]>((resolve) => {
      heard = resolve
    })
    const listening = await listen(database.url, (said) => heard(said))
    await append(1)
    expect(await topics).toEqual(['activity'])
    await listening.close()
  })
})

describe('a mistake in our own code', () => {
  test.each([
    ['UPDATE', () => db.auditEntry.updateMany({ data: { words: 'Nothing happened.' } })],
    ['DELETE', () => db.auditEntry.deleteMany({ where: { id: 1n } })],
    ['TRUNCATE', () => db.$executeRaw`TRUNCATE "AuditEntry"`],
    ['DELETE of "AuditHead"', () => db.auditHead.deleteMany()],
  ])('%s is refused', async (words, mistake) => {
    await append(1)
    await expect(mistake()).rejects.toThrow(`The audit is append-only: ${words}`)
    expect(await readAuditChain(db)).toMatchObject({ entries: 1, broken: null })
  })

  test('a number or a hash that it brings along counts for nothing', async () => {
    await append(1)
    const { actor, details, ...columns } = entry('forged')
    await db.auditEntry.create({ data: { ...columns, id: 99n, hash: 'f', previousHash: 'f', actor: 'x', via: 'page' } })
    expect(await readAuditChain(db)).toMatchObject({ entries: 2, broken: null })
  })
})

describe('somebody with SQL', () => {
  beforeEach(() => append(6))

  const rehash = (where: string) => `UPDATE "AuditEntry" entry SET hash = audit_entry_hash(entry) WHERE ${where}`
  const forged = (id: number, previous: string) => [
    `INSERT INTO "AuditEntry" (id, actor, via, action, target, outcome, words, "previousHash")
     VALUES (${id}, 'mallory', 'page', 'stop', 'x', 'succeeded', 'x', ${previous})`,
    rehash(`id = ${id}`),
  ]
  const hashOf = (id: number) => `(SELECT hash FROM "AuditEntry" WHERE id = ${id})`
  const makeRoom = ['UPDATE "AuditEntry" SET id = -id WHERE id > 3', 'UPDATE "AuditEntry" SET id = 1 - id WHERE id < 0']
  const swap = [
    'UPDATE "AuditEntry" SET id = 0 WHERE id = 3',
    'UPDATE "AuditEntry" SET id = 3 WHERE id = 4',
    'UPDATE "AuditEntry" SET id = 4 WHERE id = 0',
  ]

  test.each<[string, string, string[]]>([
    ['changes the words', 'Entry 3 was changed.', [`UPDATE "AuditEntry" SET words = 'No.' WHERE id = 3`]],
    ['changes the actor', 'Entry 1 was changed.', [`UPDATE "AuditEntry" SET actor = 'mallory' WHERE id = 1`]],
    ['changes the time', 'Entry 6 was changed.', [`UPDATE "AuditEntry" SET at = at + '1 ms' WHERE id = 6`]],
    [
      'changes a detail',
      'Entry 2 was changed.',
      [`UPDATE "AuditEntry" SET details = details - 'nothing' WHERE id = 2`],
    ],
    ['takes a project away', 'Entry 2 was changed.', ['UPDATE "AuditEntry" SET "projectId" = NULL WHERE id = 2']],
    [
      'changes and hashes anew',
      'Entry 3 was changed.',
      [`UPDATE "AuditEntry" SET words = 'No.' WHERE id = 3`, rehash('id = 3')],
    ],
    [
      'changes the last one and hashes anew',
      'Entry 6 was changed.',
      [`UPDATE "AuditEntry" SET words = 'No.' WHERE id = 6`, rehash('id = 6')],
    ],
    ['deletes one', 'Entry 3 was removed.', ['DELETE FROM "AuditEntry" WHERE id = 3']],
    ['deletes some', 'Entries 3 to 5 were removed.', ['DELETE FROM "AuditEntry" WHERE id BETWEEN 3 AND 5']],
    ['deletes the first', 'Entry 1 was removed.', ['DELETE FROM "AuditEntry" WHERE id = 1']],
    ['deletes the last', 'Entry 6 was removed.', ['DELETE FROM "AuditEntry" WHERE id = 6']],
    ['deletes everything', 'Entries 1 to 6 were removed.', ['DELETE FROM "AuditEntry"']],
    ['inserts a careless one', 'Entry 7 was inserted.', [forged(7, `'f'`)[0] ?? '']],
    ['inserts one at the end', 'Entry 7 was inserted.', forged(7, hashOf(6))],
    ['inserts one in the middle', 'Entry 4 was inserted.', [...makeRoom, ...forged(4, hashOf(3))]],
    ['inserts a copy', 'Entry 4 was inserted.', [...makeRoom, ...forged(4, hashOf(1))]],
    ['inserts a careless one in the middle', 'Entry 4 was inserted.', [...makeRoom, forged(4, `'f'`)[0] ?? '']],
    ['inserts one at the beginning', 'Entry 0 was inserted.', forged(0, `''`)],
    ['swaps two', 'Entry 3 was moved: what it followed stands after it now.', swap],
    ['forgets the head', 'The head of the chain was removed.', ['DELETE FROM "AuditHead"']],
  ])('who %s is found: %s', async (_, words, statements) => {
    await unguarded(db, ...statements)
    expect(await broken()).toBe(words)
    await unguarded(db, `INSERT INTO "AuditHead" VALUES (1, 0, '') ON CONFLICT DO NOTHING`)
  })

  test('who rewrites the whole chain cannot bring back a hash that was noted elsewhere', async () => {
    const { headHash } = await readAuditChain(db)
    await append(1)
    expect(await hasAuditHash(db, headHash)).toBe(true)
    await unguarded(
      db,
      `UPDATE "AuditEntry" SET words = 'No.' WHERE id = 3`,
      `DO $$ DECLARE number bigint; previous text := ''; BEGIN
         FOR number IN SELECT id FROM "AuditEntry" ORDER BY id LOOP
           UPDATE "AuditEntry" SET "previousHash" = previous WHERE id = number;
           UPDATE "AuditEntry" entry SET hash = audit_entry_hash(entry) WHERE id = number RETURNING hash INTO previous;
         END LOOP;
         UPDATE "AuditHead" SET hash = previous;
       END $$`,
    )
    expect(await broken()).toBeNull()
    expect(await hasAuditHash(db, headHash)).toBe(false)
  })
})

describe('the guards', () => {
  test('stand after the migrations', async () => {
    expect(await brokenAuditGuards(db, root)).toEqual([])
  })

  test.each([
    [
      'ALTER TABLE "AuditEntry" DISABLE TRIGGER audit_entry_refuse',
      'The trigger audit_entry_refuse is off or gone.',
      'ALTER TABLE "AuditEntry" ENABLE TRIGGER audit_entry_refuse',
    ],
    [
      'ALTER FUNCTION audit_entry_refuse RENAME TO nothing',
      'The function audit_entry_refuse is not the one that Berth brought.',
      'ALTER FUNCTION nothing RENAME TO audit_entry_refuse',
    ],
  ])('%s is noticed', async (attack, words, repair) => {
    await db.$executeRawUnsafe(attack)
    expect(await brokenAuditGuards(db, root)).toEqual([words])
    await db.$executeRawUnsafe(repair)
    expect(await brokenAuditGuards(db, root)).toEqual([])
  })

  test('a hash that agrees with everything is noticed', async () => {
    const other = await freshDatabase()
    await other.db.$executeRawUnsafe(
      `CREATE OR REPLACE FUNCTION audit_entry_hash(entry "AuditEntry") RETURNS text LANGUAGE sql AS 'SELECT entry.hash'`,
    )
    expect(await brokenAuditGuards(other.db, root)).toEqual([
      'The function audit_entry_hash is not the one that Berth brought.',
    ])
    await other.drop()
  })
})

test('what was written before the chain becomes its beginning', async () => {
  const empty = await freshDatabase({ migrated: false })
  const before = await mkdtemp(path.join(tmpdir(), 'berth-audit-'))
  await cp(path.join(root, 'prisma'), path.join(before, 'prisma'), {
    recursive: true,
    filter: (file) => !/migrations\/(?!20261123220301|20261124011624)\d{14}_/.test(file),
  })
  await migrate(empty.url, before)
  await rm(before, { recursive: true })
  for (const id of [3, 4, 9]) {
    await empty.db.$executeRaw`
      INSERT INTO "AuditEntry" (id, actor, via, action, target, outcome, words)
      VALUES (${id}, 'aiko', 'page', 'stop', ${`review/${id}`}, 'succeeded', 'Stopped.')`
  }
  await migrate(empty.url, root)
  expect(await readAuditChain(empty.db)).toMatchObject({ entries: 3, broken: null })
  await append(1, empty.db)
  expect(await readAuditChain(empty.db)).toMatchObject({ entries: 4, broken: null })
  expect((await empty.db.auditEntry.findFirst({ orderBy: { id: 'desc' } }))?.id).toBe(10n)
  await empty.drop()
})
