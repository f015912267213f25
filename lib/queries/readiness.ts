import type { World } from '#lib/context.ts'
import { readMigrationStatus } from '#lib/db/migration-history.ts'
import { sourceStates } from '#lib/db/sources.ts'
import type { ErrorKind } from '#lib/domain/errors.ts'
import { log } from '#lib/log.ts'

/** Whether this instance can serve, and how old what it shows is. A silent source does not make it unready: it is shown as such. */
export interface Readiness {
  ready: boolean
  database: 'ok' | 'unavailable'
  migrations: 'ok' | 'pending' | 'unknown' | 'newer'
  sources: {
    id: string
    observedAt: Date | null
    /** Seconds since the last look that succeeded; `null` before the first. */
    ageSeconds: number | null
    failingSince: Date | null
    /** The kind only: the words may name hosts, and anybody may ask this. */
    failure: ErrorKind | null
  }[]
}

export async function readiness(world: Pick<World, 'db' | 'now'>, root?: string): Promise<Readiness> {
  try {
    const [migrations, sources] = await Promise.all([readMigrationStatus(world.db, root), sourceStates(world.db)])
    const asOf = world.now().getTime()
    return {
      ready: migrations.pending.length === 0 && migrations.unknown.length === 0,
      database: 'ok',
      migrations: migrations.unknown.length > 0 ? 'newer' : migrations.pending.length > 0 ? 'pending' : 'ok',
      sources: sources.map(({ id, observedAt, failingSince, failure }) => ({
        id,
        observedAt,
        ageSeconds: observedAt && Math.max(0, Math.round((asOf - observedAt.getTime()) / 1000)),
        failingSince,
        failure: failure?.kind ?? null,
      })),
    }
  } catch (error) {
    log.error({ err: error }, 'The database does not answer.')
    return { ready: false, database: 'unavailable', migrations: 'unknown', sources: [] }
  }
}
