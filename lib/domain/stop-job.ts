import type { Job } from './job.ts'

export type SeenJob = Pick<Job, 'id' | 'name' | 'status'>

const tearsDown = /stop|destroy|tear|down|delete|remove|clean/i

/**
 * Which job GitLab started to stop an environment. GitLab's API never says, so it is the one that moved: it waited (or had
 * run before) when the environment was asked to stop, and is new or has another status since. When several moved, the
 * one that is named like a stop; `null` when that is still not one job.
 */
export function stopJobAmong(before: readonly SeenJob[], after: readonly Job[]): Job | null {
  const moved = after.filter(
    (job) => job.status !== 'manual' && job.status !== before.find(({ id }) => id === job.id)?.status,
  )
  if (moved.length === 1) return moved[0] ?? null
  const named = moved.filter(({ name }) => tearsDown.test(name))
  return named.length === 1 ? (named[0] ?? null) : null
}
