import type { BoardSummary } from '#lib/domain/board.ts'
import { BerthError } from '#lib/domain/errors.ts'
import type { ProjectReading } from './project-reading.ts'

/**
 * Reads what lies between production and staging wherever the board does not know it yet. Commits never change, so a range
 * is asked for once. Answers with the environments that may be decided anew and the ranges that GitLab could not compare.
 */
export async function compareLanes(
  reading: ProjectReading,
  notComparable: readonly string[],
): Promise<{ environmentIds: number[]; notComparable: string[] }> {
  const { db, gitlab, projectId, look } = reading
  const environmentIds: number[] = []
  const refused: string[] = []
  for (const { fromSha: stagingSha, toSha: productionSha, commitCount, ...link } of await linksOf(reading)) {
    if (commitCount !== null || stagingSha === null || productionSha === null) continue
    const range = { from: productionSha, to: stagingSha }
    const name = `${range.from}..${range.to}`
    if (notComparable.includes(name) || refused.includes(name)) continue
    try {
      const commits = await look.ask(() => gitlab.compare(projectId, range))
      await db.comparison.createMany({
        data: [{ projectId, fromSha: range.from, toSha: range.to, commits: plain(commits), observedAt: look.asOf }],
        skipDuplicates: true,
      })
      environmentIds.push(link.fromEnvironmentId, link.toEnvironmentId)
    } catch (error) {
      // A force push can take a deployed commit away. The lane then says that the difference is unknown.
      if (!(error instanceof BerthError) || error.kind === 'unavailable') throw error
      refused.push(name)
    }
  }
  return { environmentIds, notComparable: [...notComparable, ...refused] }
}

async function linksOf({ db, projectId }: ProjectReading) {
  const summary = await db.boardSummary.findUnique({ where: { projectId }, select: { value: true } })
  return (summary?.value as BoardSummary | null | undefined)?.lane.links ?? []
}

/** JSON columns take plain values: instants as ISO strings. */
const plain = (value: unknown) => JSON.parse(JSON.stringify(value))
