import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { inject } from 'vitest'
import { connect, type Database } from './client.ts'

export interface FreshDatabase {
  url: string
  db: Database
  /** Closes `db` and drops the database. */
  drop(): Promise<void>
}

/**
 * For integration tests: an empty database of the caller's own on the server that the test run started; migrated, unless
 * `migrated` is false.
 */
export async function freshDatabase({ migrated = true }: { migrated?: boolean } = {}): Promise<FreshDatabase> {
  const template = new URL(inject('databaseUrl'))
  const fresh = new URL(template)
  fresh.pathname = `/test_${randomUUID().replaceAll('-', '')}`
  const [from, to] = [migrated ? template.pathname.slice(1) : 'template0', fresh.pathname.slice(1)]
  await onServer(template, `CREATE DATABASE "${to}" TEMPLATE "${from}"`)
  const db = connect(fresh.href)
  return {
    url: fresh.href,
    db,
    async drop() {
      await db.$disconnect()
      await onServer(template, `DROP DATABASE IF EXISTS "${to}" WITH (FORCE)`)
    },
  }
}

/** What somebody could do who owns the database: SQL that no trigger sees. */
export async function unguarded(db: Database, ...statements: string[]): Promise<void> {
  await db.$transaction(async (tx) => {
    await tx.$executeRawUnsafe(`SET LOCAL session_replication_role = 'replica'`)
    for (const statement of statements) await tx.$executeRawUnsafe(statement)
  })
}

/** Begins the audit anew: its guards refuse to forget a single entry. */
export const clearAudit = (db: Database): Promise<void> =>
  unguarded(db, 'DELETE FROM "AuditEntry"', `UPDATE "AuditHead" SET "entryId" = 0, "hash" = ''`)

/** The template itself must have no connection while it is copied, so one goes to the database `postgres`. */
async function onServer(template: URL, sql: string): Promise<void> {
  const url = new URL(template)
  url.pathname = '/postgres'
  const client = new pg.Client({ connectionString: url.href })
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}
