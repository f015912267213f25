import type { Context } from '#lib/context.ts'
import { environmentRow } from '#lib/db/board-row.ts'
import type { BoardRow } from '#lib/domain/board.ts'
import type { Decision } from '#lib/domain/decision.ts'
import { requireSight } from './sight.ts'

/** One thing that goes away with a review app, by its exact name. */
export interface Victim {
  kind: 'environment' | 'app' | 'database'
  name: string
  words: string
}

/** Exactly what stopping a review app stops on GitLab and destroys on Dokku, as far as Berth has seen it. */
export async function stopPreview(
  ctx: Context,
  projectId: number,
  environmentId: number,
): Promise<{ row: BoardRow; decision: Decision; victims: Victim[] }> {
  requireSight(ctx, projectId)
  const row = await environmentRow(ctx.db, projectId, environmentId)
  return { row, decision: row.stoppability, victims: victimsOf(row) }
}

function victimsOf({ environment, app, database }: BoardRow): Victim[] {
  const victims: Victim[] = []
  if (environment) {
    victims.push({
      kind: 'environment',
      name: environment.name,
      words: 'GitLab stops the environment and runs its stop job.',
    })
  }
  if (app?.exists)
    victims.push({ kind: 'app', name: app.app, words: `The stop job destroys this app on Dokku host ${app.host}.` })
  if (database?.exists) {
    victims.push({
      kind: 'database',
      name: database.name,
      words: `The stop job destroys this ${database.plugin} database with its data.`,
    })
  }
  return victims
}
