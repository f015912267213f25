import type { StoredOperation } from '#lib/db/operations.ts'
import { nudge } from '#lib/sync/nudge.ts'
import type { World } from '../context.ts'

/** What a plan may say of Heroku and of Dokku: `app` of a promotion, `behind` of a stopped review app, `hosts` of a sweep. */
interface OnPlatform {
  heroku?: string | null
  app?: { host: string } | null
  behind?: { hosts: string[] } | null
  hosts?: string[]
}

/** Asks for a look at what an operation has just changed, so that the pages are true at once and not at the next look. */
export function lookAgain(world: Pick<World, 'db'>, operation: Readonly<StoredOperation>): Promise<void> {
  const { heroku, app, behind, hosts: swept } = operation.plan as OnPlatform
  const hosts = [...(app ? [app.host] : []), ...(behind?.hosts ?? []), ...(swept ?? [])]
  return nudge(
    world.db,
    `gitlab:${operation.projectId}`,
    ...hosts.map((host) => `dokku:${host}`),
    ...(heroku ? ['heroku'] : []),
  )
}
