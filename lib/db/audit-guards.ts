import type { Database } from './client.ts'
import { readMigrations } from './migration-history.ts'

const triggers = {
  AuditEntry: ['audit_entry_append', 'audit_entry_refuse'],
  AuditHead: ['audit_head_refuse'],
}
const functions = ['audit_entry_hash', 'audit_entry_append', 'audit_entry_refuse']

/**
 * What of the audit's guards in the database is off, gone or not what the migrations brought, in words; `[]` when all stand.
 * A chain whose hash is computed by somebody else's function proves nothing.
 */
export async function brokenAuditGuards(db: Database, root = process.cwd()): Promise<string[]> {
  const [migrations, enabled, sources] = await Promise.all([
    readMigrations(root),
    db.$queryRaw<{ name: string; table: string }[]>`
      SELECT tgname::text AS name, relname::text AS table FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
      WHERE tgenabled IN ('O', 'A') AND NOT tgisinternal AND relnamespace = current_schema()::regnamespace`,
    db.$queryRaw<{ name: string; source: string }[]>`
      SELECT proname::text AS name, prosrc AS source FROM pg_proc WHERE pronamespace = current_schema()::regnamespace`,
  ])
  const sql = migrations.map((migration) => migration.sql).join('\n')
  const off = Object.entries(triggers).flatMap(([table, names]) =>
    names.filter((name) => !enabled.some((trigger) => trigger.table === table && trigger.name === name)),
  )
  const strange = functions.filter((name) => {
    const found = sources.filter((candidate) => candidate.name === name)
    return found.length !== 1 || found[0]?.source !== bodyOf(name, sql)
  })
  return [
    ...off.map((name) => `The trigger ${name} is off or gone.`),
    ...strange.map((name) => `The function ${name} is not the one that Berth brought.`),
  ]
}

/** As the newest migration that makes the function says it. */
function bodyOf(name: string, sql: string): string | undefined {
  const making = new RegExp(`CREATE (?:OR REPLACE )?FUNCTION ${name}\\([^$]*AS \\$\\$(?<body>[^$]*)\\$\\$`, 'g')
  return [...sql.matchAll(making)].at(-1)?.groups?.body
}
