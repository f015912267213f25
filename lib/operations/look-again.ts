import type { StoredOperation } from '#lib/db/operations.ts'
import { nudge } from '#lib/sync/nudge.ts'
import type { World } from '../context.ts'

/** What a plan may say of Dokku: `app` of a promotion, `behind` of a stopped review app. */
interface OnDokku {
  app?: { host: string } | null
  behind?: { hosts: string[] } | null
}

/** Asks for a look at what an operation has just changed, so that the pages are true at once and not at the next look. */
export function lookAgain(world: Pick<World, 'db'>, operation: Readonly<StoredOperation>): Promise<void> {
  const { app, behind } = operation.plan as OnDokku
  const hosts = [...(app ? [app.host] : []), ...(behind?.hosts ?? [])]
  return nudge(world.db, `gitlab:${operation.projectId}`, ...hosts.map((host) => `dokku:${host}`))
}
