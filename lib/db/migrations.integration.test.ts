import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest'
import { type FreshDatabase, freshDatabase } from './fresh-database.ts'
import { readMigrationStatus, readMigrations } from './migration-history.ts'
import { migrate, nextMigration } from './migrations.ts'

const root = path.join(import.meta.dirname, '..', '..')
let database: FreshDatabase
let copy: string

beforeEach(async () => {
  database = await freshDatabase()
  copy = await mkdtemp(path.join(tmpdir(), 'berth-migrations-'))
  await cp(path.join(root, 'prisma'), path.join(copy, 'prisma'), { recursive: true })
})

afterEach(async () => {
  await database.drop()
  await rm(copy, { recursive: true, force: true })
})

async function addMigration(name: string, sql: string): Promise<void> {
  const folder = path.join(copy, 'prisma', 'migrations', name)
  await mkdir(folder)
  await writeFile(path.join(folder, 'migration.sql'), sql)
}

/** The address of a database on which no migration has run. */
async function emptyDatabase(): Promise<string> {
  const empty = await freshDatabase({ migrated: false })
  onTestFinished(() => empty.drop())
  return empty.url
}

async function run(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(sql)
  await client.end()
}

test('the migrations say all that the schema says', async () => {
  expect(await nextMigration(database.url, root)).toBeNull()
})

test('a change of the schema becomes the SQL of the next migration', async () => {
  await writeFile(
    path.join(copy, 'prisma', 'schema.prisma'),
    `datasource db {\n  provider = "postgresql"\n}\nmodel Pier {\n  id Int @id\n}\n`,
  )
  const sql = await nextMigration(database.url, copy)
  expect(sql).toContain('CREATE TABLE "Pier"')
  expect(sql).toContain('DROP TABLE "Project"')
  expect(sql).not.toContain('_prisma_migrations')
})

test('all migrations are applied once, though three start at the same moment', async () => {
  const url = await emptyDatabase()
  const names = (await readMigrations(root)).map(({ name }) => name)
  const applied = await Promise.all([migrate(url, root), migrate(url, root), migrate(url, root)])
  expect(applied.toSorted((a, b) => b.length - a.length)).toEqual([names, [], []])
})

test('a database that belongs to a newer Berth is refused, and left as it is', async () => {
  await addMigration('99990101000000_from_the_future', 'CREATE TABLE later (id int)')
  await migrate(database.url, copy)
  await expect(migrate(database.url, root)).rejects.toMatchObject({
    kind: 'refused',
    system: 'database',
    message: expect.stringContaining('99990101000000_from_the_future'),
  })
  expect(await readMigrationStatus(database.db, root)).toEqual({
    pending: [],
    unknown: ['99990101000000_from_the_future'],
  })
})

test('a migration that fails says what PostgreSQL said and leaves nothing behind; mended, it is applied', async () => {
  const name = '99990101000000_mended_later'
  await addMigration(name, 'CREATE TABLE pier (id int); ALTER TABLE nowhere ADD COLUMN x int;')
  await expect(migrate(database.url, copy)).rejects.toMatchObject({
    kind: 'refused',
    message: 'The database could not be brought up to date. No such table: nowhere',
  })
  expect(await readMigrationStatus(database.db, copy)).toEqual({ pending: [name], unknown: [] })
  await writeFile(path.join(copy, 'prisma', 'migrations', name, 'migration.sql'), 'CREATE TABLE pier (id int);')
  expect(await migrate(database.url, copy)).toEqual([name])
})

test('a script may have semicolons in strings and function bodies', async () => {
  await addMigration(
    '99990101000000_function',
    `CREATE FUNCTION one() RETURNS int AS $$ BEGIN RETURN 1; END; $$ LANGUAGE plpgsql; COMMENT ON FUNCTION one() IS 'a;b';`,
  )
  await migrate(database.url, copy)
  expect(await database.db.$queryRaw`SELECT one()`).toEqual([{ one: 1 }])
})

test('a database with somebody else’s tables is refused', async () => {
  const url = await emptyDatabase()
  await run(url, 'CREATE TABLE customers (id int)')
  await expect(migrate(url, root)).rejects.toMatchObject({
    kind: 'refused',
    message: expect.stringContaining('of its own'),
  })
})

test('a server that does not answer is unavailable, and the password is in no message', async () => {
  const failure = await migrate('postgresql://berth:secret@127.0.0.1:1/berth', root).catch((error: Error) => error)
  expect(failure).toMatchObject({ kind: 'unavailable' })
  expect(String(failure)).not.toContain('secret')
})
