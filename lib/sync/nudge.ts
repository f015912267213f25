import type { Database, Transaction } from '#lib/db/client.ts'
import { whisper } from '#lib/db/notifications.ts'

const prefix = 'look:'

/**
 * Asks the workers to look at these sources (`gitlab:42`, `dokku:review`, `gitlab`) now, or as soon as a look that is
 * already under way has ended. Only a hint: the regular look comes anyway.
 */
export async function nudge(db: Database | Transaction, ...sourceIds: string[]): Promise<void> {
  await whisper(
    db,
    sourceIds.map((id) => `${prefix}${id}`),
  )
}

/** The sources that were nudged, out of what was heard. */
export const nudgedSources = (topics: readonly string[]): string[] =>
  topics.filter((topic) => topic.startsWith(prefix)).map((topic) => topic.slice(prefix.length))
