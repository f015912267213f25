import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import pg from 'pg'
import type { TestProject } from 'vitest/node'
import { startEmbeddedPostgres } from './embedded-postgres.ts'
import { migrate } from './migrations.ts'

/** Global setup of the integration tests: one server for all, with a migrated template that `freshDatabase` copies. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(path.join(tmpdir(), 'berth-test-'))
  // Durability is not under test, and the disk is what takes the time.
  const server = await startEmbeddedPostgres(folder, { settings: ['fsync=off', 'max_connections=300'] })
  await migrate(server.url)
  project.provide('databaseUrl', server.url)
  return async () => {
    await endLeftovers(server.url)
    await server.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

/** A test that leaves its connections open must not keep the server alive. */
async function endLeftovers(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() AND application_name <> 'berth-holder'`,
  )
  await client.end()
}

declare module 'vitest' {
  interface ProvidedContext {
    databaseUrl: string
  }
}
