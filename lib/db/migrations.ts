import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { MigrationList } from '@prisma/schema-engine-wasm'
import pg from 'pg'
import { BerthError } from '../domain/errors.ts'
import { migrationStatus, readMigrations } from './migration-history.ts'
import { withSchemaEngine } from './schema-engine.ts'

/** Any number, as long as it is ours alone: all instances that start at once queue up behind this lock. */
const lockKey = 0x6265727468

/**
 * Brings the database to the schema of this code and returns the names of the migrations applied. `refused` when the
 * database belongs to a newer Berth or holds somebody else's tables, `unavailable` when it does not answer.
 */
export async function migrate(url: string, root = process.cwd()): Promise<string[]> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: 10_000,
    application_name: 'berth-migrate',
  })
  client.on('error', () => {})
  await client.connect().catch((cause: Error) => {
    throw new BerthError('unavailable', 'database', `PostgreSQL does not let Berth in: ${cause.message}`, { cause })
  })
  try {
    await client.query('SELECT pg_advisory_lock($1)', [lockKey])
    const list = await migrationList(root)
    const { finished, unfinished } = await recordedNames(client)
    const { pending, unknown } = migrationStatus(
      list.migrationDirectories.map((directory) => directory.path),
      finished,
    )
    if (unknown.length > 0) {
      throw new BerthError(
        'refused',
        'database',
        `This database belongs to a newer Berth: it has ${unknown.join(', ')}, which this version does not know. ` +
          'Start that version or a later one; going back needs the backup taken before the update.',
      )
    }
    if (pending.length > 0) await apply({ url, root, list, unfinished })
    return pending
  } finally {
    await client.end()
  }
}

/**
 * The SQL from the last migration to `prisma/schema.prisma`; `null` when there is nothing to do. `url` is a database to
 * spare: it gets all migrations, and is then compared with the schema.
 */
export async function nextMigration(url: string, root = process.cwd()): Promise<string | null> {
  await migrate(url, root)
  const schema = await schemaText(root)
  const files = [{ path: 'schema.prisma', content: schema }]
  const { stdout } = await withSchemaEngine({ url, schema }, (engine) =>
    engine.diff({
      from: { tag: 'schemaDatasource', files, configDir: path.join(root, 'prisma') },
      to: { tag: 'schemaDatamodel', files },
      script: true,
      exitCode: null,
      filters: { externalTables: ['public._prisma_migrations'], externalEnums: [] },
    }),
  )
  return stdout === null || stdout.startsWith('-- This is an empty migration') ? null : stdout
}

/**
 * A migration that failed, or whose process was killed, stands in the table unfinished and Prisma would refuse to go on. But
 * PostgreSQL runs each script as one transaction, so that nothing of it is left: it is tried again.
 */
async function apply(plan: { url: string; root: string; list: MigrationList; unfinished: string[] }): Promise<void> {
  const { url, root, list, unfinished } = plan
  const filters = { externalTables: [], externalEnums: [] }
  try {
    await withSchemaEngine({ url, schema: await schemaText(root) }, async (engine) => {
      for (const migrationName of unfinished) await engine.markMigrationRolledBack({ migrationName })
      await engine.applyMigrations({ migrationsList: list, filters })
    })
  } catch (cause) {
    throw new BerthError('refused', 'database', `The database could not be brought up to date. ${wordsOf(cause)}`, {
      cause,
    })
  }
}

/** The engine's own words without the trace of its source files. */
function wordsOf(error: unknown): string {
  const words = error instanceof Error ? error.message : String(error)
  if (words.includes('schema is not empty')) {
    return 'It already holds tables that are not Berth’s: give Berth a database of its own.'
  }
  return words.replace(/\n\s+0: [\s\S]*$/, '').replace(/^external connector error\n/, '')
}

interface RecordedNames {
  finished: string[]
  unfinished: string[]
}

async function recordedNames(client: pg.Client): Promise<RecordedNames> {
  const { rows: tables } = await client.query(`SELECT to_regclass('_prisma_migrations') AS name`)
  if (tables[0].name === null) return { finished: [], unfinished: [] }
  const { rows } = await client.query<{ migration_name: string; finished: boolean }>(
    'SELECT migration_name, finished_at IS NOT NULL AS finished FROM _prisma_migrations WHERE rolled_back_at IS NULL',
  )
  const names = (finished: boolean) => rows.filter((row) => row.finished === finished).map((row) => row.migration_name)
  return { finished: names(true), unfinished: names(false) }
}

const schemaText = (root: string) => readFile(path.join(root, 'prisma', 'schema.prisma'), 'utf8')

async function migrationList(root: string): Promise<MigrationList> {
  const folder = path.join(root, 'prisma', 'migrations')
  const lockfile = await readFile(path.join(folder, 'migration_lock.toml'), 'utf8')
  const migrations = await readMigrations(root)
  return {
    baseDir: folder,
    lockfile: { path: 'migration_lock.toml', content: lockfile },
    shadowDbInitScript: '',
    migrationDirectories: migrations.map(({ name, sql }) => ({
      path: name,
      migrationFile: { path: 'migration.sql', content: { tag: 'ok', value: sql } },
    })),
  }
}
