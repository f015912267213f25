import { comparedCommits, keepComparison } from '#lib/db/comparisons.ts'
import type { BoardSummary } from '#lib/domain/board.ts'
import { BerthError } from '#lib/domain/errors.ts'
import type { ProjectReading } from './project-reading.ts'

/**
 * Reads what lies between production and staging, in both directions, wherever it is not known yet: what promoting brings,
 * and what production would lose. Commits never change, so a range is asked for once. Answers with the environments that may
 * be decided anew and the ranges that GitLab could not compare.
 */
export async function compareLanes(
  reading: ProjectReading,
  notComparable: readonly string[],
): Promise<{ environmentIds: number[]; notComparable: string[] }> {
  const { db, gitlab, projectId, look } = reading
  const environmentIds: number[] = []
  const refused: string[] = []
  for (const { fromSha: stagingSha, toSha: productionSha, ...link } of await linksOf(reading)) {
    if (stagingSha === null || productionSha === null) continue
    const brings = { fromSha: productionSha, toSha: stagingSha }
    const loses = { fromSha: stagingSha, toSha: productionSha }
    for (const range of [brings, loses]) {
      const name = `${range.fromSha}..${range.toSha}`
      if (notComparable.includes(name) || refused.includes(name)) continue
      if ((await comparedCommits(db, projectId, range)) !== null) continue
      try {
        const commits = await look.ask(() => gitlab.compare(projectId, { from: range.fromSha, to: range.toSha }))
        await keepComparison(db, { projectId, ...range, observedAt: look.asOf }, commits)
        environmentIds.push(link.fromEnvironmentId, link.toEnvironmentId)
      } catch (error) {
        // A force push can take a deployed commit away. The lane then says that the difference is unknown.
        if (!(error instanceof BerthError) || error.kind === 'unavailable') throw error
        refused.push(name)
      }
    }
  }
  return { environmentIds, notComparable: [...notComparable, ...refused] }
}

async function linksOf({ db, projectId }: ProjectReading) {
  const summary = await db.boardSummary.findUnique({ where: { projectId }, select: { value: true } })
  return (summary?.value as BoardSummary | null | undefined)?.lane.links ?? []
}
