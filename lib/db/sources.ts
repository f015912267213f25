import type { Failure } from '#lib/domain/errors.ts'
import type { SourceState } from '#lib/domain/source.ts'
import type { Database } from './client.ts'
import type { Source } from './generated/client.ts'

const sourceState = (row: Source): SourceState => ({
  id: row.id,
  observedAt: row.observedAt,
  attemptedAt: row.attemptedAt,
  failingSince: row.failingSince,
  failure: row.error as Failure | null,
})

/** All sources that were ever looked at, or those that a project's pages rest on: its own, the project list every Dokku host and Heroku. */
export async function sourceStates(db: Database, projectId?: number): Promise<SourceState[]> {
  const rows = await db.source.findMany({
    where:
      projectId === undefined
        ? // What was never looked at is a mere lease.
          { attemptedAt: { not: null } }
        : { OR: [{ id: { in: ['gitlab', `gitlab:${projectId}`, 'heroku'] } }, { id: { startsWith: 'dokku:' } }] },
    orderBy: { id: 'asc' },
  })
  return rows.map(sourceState)
}
