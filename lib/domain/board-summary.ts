import type { BoardCounts, BoardRow, BoardSummary, Health, LaneLink } from './board.ts'
import { isSnoozed } from './finding.ts'
import type { Project } from './project.ts'
import { healthOrder } from './truth.ts'

/** Rows that need attention which a summary names; the counts have them all. */
export const shownAttention = 50

/** The head of a project's page, from its lane, the rows that need attention (worst first, capped) and the counts of all. */
export function boardSummary(
  project: Project,
  lane: { staging: BoardRow[]; production: BoardRow[]; links: LaneLink[] },
  branchZone: { needingAttention: readonly BoardRow[]; counts: BoardCounts },
  asOf: Date,
): BoardSummary {
  const troubled = [...lane.staging, ...lane.production, ...branchZone.needingAttention]
    .map((row) => ({ row, items: row.findings.filter((finding) => !isSnoozed(finding, asOf)) }))
    .filter(({ items }) => items.length > 0)
  const laneTrouble = troubled.length - branchZone.needingAttention.length
  return {
    projectId: project.id,
    pathWithNamespace: project.pathWithNamespace,
    name: project.name,
    webUrl: project.webUrl,
    defaultBranch: project.defaultBranch,
    lane,
    attention: troubled
      .sort(byHealth)
      .slice(0, shownAttention)
      .map(({ row, items }) => ({
        key: row.key,
        title: titleOf(row),
        environmentId: row.environment?.id ?? null,
        items,
      })),
    counts: { ...branchZone.counts, attention: branchZone.counts.attention + laneTrouble },
  }
}

/** What a row is called in a sentence. */
export const titleOf = (row: Pick<BoardRow, 'zone' | 'branch' | 'environment' | 'key'>): string =>
  (row.zone === 'lane' ? row.environment?.name : row.branch?.name) ?? row.environment?.name ?? row.key

const byHealth = (one: { row: BoardRow }, other: { row: BoardRow }): number =>
  healthRank(one.row.health) - healthRank(other.row.health)

/** 0 for the worst. */
export const healthRank = (health: Health): number => healthOrder.indexOf(health)
