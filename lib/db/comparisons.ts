import type { Commit } from '../domain/branch.ts'
import type { Database } from './client.ts'
import { revive } from './json.ts'

/** Two commits: what `to` has beyond `from`. */
export interface CommitRange {
  fromSha: string
  toSha: string
}

/** The commits of a range, oldest first, as GitLab once said; `null` until it did. */
export async function comparedCommits(db: Database, projectId: number, range: CommitRange): Promise<Commit[] | null> {
  if (range.fromSha === range.toSha) return []
  const kept = await db.comparison.findUnique({ where: { projectId_fromSha_toSha: { projectId, ...range } } })
  return kept && revive<Commit[]>(kept.commits)
}

/** Keeps an answer for ever: commits never change. */
export async function keepComparison(
  db: Database,
  { projectId, observedAt, ...range }: CommitRange & { projectId: number; observedAt: Date },
  commits: readonly Commit[],
): Promise<void> {
  await db.comparison.createMany({
    data: [{ projectId, ...range, commits: JSON.parse(JSON.stringify(commits)), observedAt }],
    skipDuplicates: true,
  })
}
