import type { Context } from '#lib/context.ts'
import { environmentRow } from '#lib/db/board-row.ts'
import type { AppLogPlace } from '#lib/domain/app-log.ts'
import { BerthError } from '#lib/domain/errors.ts'
import { type AppLogReader, type AppLogs, createAppLogs } from '#lib/sync/app-log.ts'

export type { AppLogReader }

/** Next bundles routes apart from each other; what is followed is shared by the whole process. */
const shared = globalThis as { berthAppLogs?: AppLogs }

/**
 * Opens the log of the app that an environment maps to, for everybody who is let in; `after` is the last line that the
 * reader has. To be closed. Throws `not-found`, or `unavailable` when too many read already.
 */
export async function openAppLog(
  ctx: Context,
  { projectId, environmentId, after }: { projectId: number; environmentId: number; after: AppLogPlace | null },
): Promise<AppLogReader> {
  const { app, environment } = await environmentRow(ctx.db, projectId, environmentId)
  if (!app) {
    const words = `No app on Dokku belongs to ${environment?.name ?? 'this environment'}, so there is no log.`
    throw new BerthError('not-found', 'berth', words)
  }
  const dokku = ctx.dokku.get(app.host)
  if (!dokku) throw new BerthError('not-found', 'berth', `Dokku host "${app.host}" is not configured.`)
  shared.berthAppLogs ??= createAppLogs(ctx.now)
  return shared.berthAppLogs.open(dokku, app.app, after)
}
