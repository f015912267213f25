import { startEmbeddedPostgres } from '../lib/db/embedded-postgres.ts'
import type { Env } from '../lib/env.ts'

export interface OpenDatabase {
  url: string
  /** What to tell a person about where the data is. */
  words: string
  stop(): Promise<void>
}

/**
 * The database that the settings name, or the embedded one, started or joined. An embedded server that goes away is started
 * again; everybody who uses it comes back by himself, because its port is remembered.
 */
export async function openDatabase(env: Pick<Env, 'DATABASE_URL' | 'BERTH_DATA_DIR'>): Promise<OpenDatabase> {
  const dataDir = env.BERTH_DATA_DIR
  if (env.DATABASE_URL !== null) {
    return { url: env.DATABASE_URL, words: 'PostgreSQL: the one that DATABASE_URL names', stop: async () => {} }
  }
  let server = await startEmbeddedPostgres(dataDir)
  let stopping = false

  async function keep(): Promise<void> {
    await server.lost
    if (stopping) return
    console.error('database │ went away; starts again')
    server = await startEmbeddedPostgres(dataDir)
    return keep()
  }

  keep().catch((error: Error) => console.error(`database │ ${error.message}`))
  return {
    url: server.url,
    words: `PostgreSQL: built in, ${server.started ? 'started' : 'joined'}, data in ${dataDir}`,
    async stop() {
      stopping = true
      await server.stop()
    },
  }
}
