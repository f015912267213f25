import type { Context } from '#lib/context.ts'
import { environmentRow } from '#lib/db/board-row.ts'
import { together } from '#lib/db/together.ts'
import type { AppLogPlace } from '#lib/domain/app-log.ts'
import type { Process } from '#lib/domain/dokku-app.ts'
import { BerthError } from '#lib/domain/errors.ts'
import { log } from '#lib/log.ts'
import { type AppLogReader, type AppLogs, createAppLogs } from '#lib/sync/app-log.ts'
import { changesOf } from './changes.ts'
import { requireSight } from './sight.ts'

export type { AppLogReader }

/** Next bundles routes apart from each other; what is followed is shared by the whole process. */
const shared = globalThis as { berthAppLogs?: AppLogs }

/**
 * Opens the log of the app that an environment maps to, for everybody who is let in; `after` is the last line that the
 * reader has. To be closed. Throws `not-found`, or `unavailable` when too many read already.
 */
export async function openAppLog(
  ctx: Context,
  databaseUrl: string,
  { projectId, environmentId, after }: { projectId: number; environmentId: number; after: AppLogPlace | null },
): Promise<AppLogReader> {
  requireSight(ctx, projectId)
  const read = () =>
    together(`app log ${projectId} ${environmentId}`, () => environmentRow(ctx.db, projectId, environmentId))
  const { app, environment } = await read()
  if (!app) {
    const words = `No app on Dokku belongs to ${environment?.name ?? 'this environment'}, so there is no log.`
    throw new BerthError('not-found', 'berth', words)
  }
  const dokku = ctx.dokku.get(app.host)
  if (!dokku) throw new BerthError('not-found', 'berth', `Dokku host "${app.host}" is not configured.`)
  shared.berthAppLogs ??= createAppLogs(ctx.now)
  const reader = shared.berthAppLogs.open(dokku, app.app, after)

  // Dokku follows the containers that run when a log is opened, and no other.
  let followed = runningOf(app.processes)
  const look = async () => {
    const running = runningOf((await read()).app?.processes ?? null)
    if (running !== followed) reader.again()
    followed = running
  }
  const onChange = () => void look().catch((error) => log.error({ err: error }, 'A log may lack new containers.'))
  try {
    const wish = { topics: [`environment:${environmentId}`], since: null }
    const unsubscribe = await changesOf({ world: ctx, databaseUrl }).subscribe(wish, { onOpen: () => {}, onChange })
    return {
      ...reader,
      close() {
        unsubscribe()
        reader.close()
      },
    }
  } catch (error) {
    reader.close()
    throw error
  }
}

/** Says which containers run; two that were started one after the other differ where the host tells when. */
const runningOf = (processes: readonly Process[] | null): string =>
  (processes ?? [])
    .filter(({ status }) => status === 'running')
    .map(({ type, index, restarts, startedAt }) => `${type}.${index} ${restarts} ${startedAt?.getTime()}`)
    .join()
