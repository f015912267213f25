import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import type { Database } from './client.ts'

export interface MigrationStatus {
  /** In the code, not yet in the database: the next start applies them. */
  pending: string[]
  /** In the database, not in the code: the database belongs to a newer Berth. */
  unknown: string[]
}

export interface Migration {
  /** `20261123000000_first_light`; sorts by age. */
  name: string
  sql: string
}

/** The migrations that the code brings, oldest first. `root` is the folder of the project. */
export async function readMigrations(root: string): Promise<Migration[]> {
  const folder = path.join(root, 'prisma', 'migrations')
  const entries = await readdir(folder, { withFileTypes: true })
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name)
  return Promise.all(
    names.sort().map(async (name) => ({ name, sql: await readFile(path.join(folder, name, 'migration.sql'), 'utf8') })),
  )
}

/** Compares the two lists of names. Rolled back and unfinished migrations do not count as applied. */
export function migrationStatus(code: readonly string[], applied: readonly string[]): MigrationStatus {
  return {
    pending: code.filter((name) => !applied.includes(name)),
    unknown: applied.filter((name) => !code.includes(name)),
  }
}

/** How the database stands to the code, for `/api/ready`; reads nothing but names. */
export async function readMigrationStatus(db: Database, root = process.cwd()): Promise<MigrationStatus> {
  const [code, applied] = await Promise.all([
    readMigrations(root),
    db.$queryRaw<{ migration_name: string }[]>`
      SELECT migration_name FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL`,
  ])
  return migrationStatus(
    code.map(({ name }) => name),
    applied.map((row) => row.migration_name),
  )
}
