import type { BoardRow } from '#lib/domain/board.ts'
import { BerthError } from '#lib/domain/errors.ts'
import { withAges } from './board-ages.ts'
import type { Database } from './client.ts'
import { revive } from './json.ts'

/** The board's row of one environment, with ages. Throws `not-found`. */
export async function environmentRow(db: Database, projectId: number, environmentId: number): Promise<BoardRow> {
  const kept = await db.boardRow.findFirst({
    where: { projectId, environmentId: BigInt(environmentId) },
    select: { value: true },
  })
  const [row] = kept ? await withAges(db, projectId, [revive<BoardRow>(kept.value)]) : []
  if (row) return row
  throw new BerthError('not-found', 'berth', `Project ${projectId} has no environment ${environmentId} on its board.`)
}
