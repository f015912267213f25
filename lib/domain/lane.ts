import type { BoardRow, LaneLink } from './board.ts'
import type { Deployment } from './deployment.ts'
import { promotability } from './promotion.ts'

export interface LaneFacts {
  /** Rows of the lane zone. */
  rows: readonly BoardRow[]
  deploymentsOf(environmentId: number): readonly Deployment[]
  /** How many commits lie between; `null` when not compared yet. */
  commitCount(fromSha: string, toSha: string): number | null
}

/** Staging and production rows with what is between them. Several of each are allowed. */
export function laneOf(facts: LaneFacts): { staging: BoardRow[]; production: BoardRow[]; links: LaneLink[] } {
  const shown = facts.rows.filter((row) => row.environment && row.environment.state !== 'stopped').sort(byName)
  const staging = shown.filter((row) => row.environment?.tier === 'staging')
  const production = shown.filter((row) => row.environment?.tier === 'production')
  const links = production.flatMap((to) => {
    const from = stagingFor(to, staging)
    return from ? [linkBetween(from, to, facts)] : []
  })
  return { staging, production, links }
}

/** Production `production/eu` follows `staging/eu`; one without such a twin follows the first staging. */
function stagingFor(production: BoardRow, staging: readonly BoardRow[]): BoardRow | undefined {
  const suffix = suffixOf(production)
  return staging.find((row) => suffixOf(row) === suffix) ?? staging[0]
}

const suffixOf = (row: BoardRow): string => row.environment?.name.replace(/^[^/-]*/, '') ?? ''

function linkBetween(from: BoardRow, to: BoardRow, facts: LaneFacts): LaneLink {
  const fromId = from.environment?.id ?? 0
  const toId = to.environment?.id ?? 0
  const fromSha = from.deployment?.sha ?? null
  const toSha = to.deployment?.sha ?? null
  return {
    fromEnvironmentId: fromId,
    toEnvironmentId: toId,
    fromSha,
    toSha,
    commitCount: commitsBetween(fromSha, toSha, facts),
    promotability: promotability({
      staging: { name: from.environment?.name ?? '', deployments: facts.deploymentsOf(fromId) },
      production: { name: to.environment?.name ?? '', deployments: facts.deploymentsOf(toId) },
      concerns: concernsOf(from),
    }),
  }
}

/** What production has is where the comparison starts; what staging has is where it ends. */
function commitsBetween(stagingSha: string | null, productionSha: string | null, facts: LaneFacts): number | null {
  if (stagingSha === null || productionSha === null) return null
  return stagingSha === productionSha ? 0 : facts.commitCount(productionSha, stagingSha)
}

/** What the person should know of staging before promoting from it. */
export function concernsOf(staging: BoardRow): string[] {
  const concerns = staging.findings.map(({ words }) => words)
  if (staging.newer?.status === 'running') concerns.push('A newer commit is being deployed to staging.')
  if (staging.dokku.health === 'unknown') concerns.push(staging.dokku.words)
  return concerns
}

const byName = (one: BoardRow, other: BoardRow): number =>
  (one.environment?.name ?? '').localeCompare(other.environment?.name ?? '')
