import { renewWatches } from '#lib/db/watches.ts'
import { nudge } from '#lib/sync/nudge.ts'
import type { World } from '../context.ts'

/** Longer than twice the interval at which a page renews: one lost renewal does not end it. */
const watchSeconds = 45
export const renewWatchMs = 20_000

const watchable = /^(?:project|environment|job):\d+$/

/**
 * Says that somebody looks at these topics, so that they are asked more often for a while; others are ignored. The first
 * to look at a project starts a look at once.
 */
export async function watch(world: Pick<World, 'db'>, topics: readonly string[]): Promise<void> {
  const subjects = topics.filter((topic) => watchable.test(topic))
  if (subjects.length === 0) return
  const first = await renewWatches(world.db, subjects, watchSeconds)
  const projects = first.flatMap((subject) => /^project:(\d+)$/.exec(subject)?.[1] ?? [])
  await nudge(world.db, ...projects.map((id) => `gitlab:${id}`))
}

/** Keeps the log of a job fresh while an operation follows it. */
export async function watchJob(world: Pick<World, 'db'>, jobId: number): Promise<void> {
  await renewWatches(world.db, [`job:${jobId}`], watchSeconds)
}
