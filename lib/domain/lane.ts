import type { BoardRow, LaneLink } from './board.ts'
import type { Commit } from './branch.ts'
import { openNow } from './closure.ts'
import type { Deployment } from './deployment.ts'
import type { FindingKind } from './finding.ts'
import { promotability } from './promotion.ts'
import type { ProjectSettings } from './settings.ts'

export interface LaneFacts {
  /** Rows of the lane zone. */
  rows: readonly BoardRow[]
  deploymentsOf(environmentId: number): readonly Deployment[]
  /** Commits that the second has and the first has not; `null` when they are not compared yet. */
  commits(fromSha: string, toSha: string): readonly Commit[] | null
  way: ProjectSettings['promotion']['way']
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
  const between = (base: string | null, head: string | null) => commitsBetween(base, head, facts)
  return {
    fromEnvironmentId: fromId,
    toEnvironmentId: toId,
    fromSha,
    toSha,
    commitCount: between(toSha, fromSha)?.length ?? null,
    promotability: promotability({
      staging: { name: from.environment?.name ?? '', deployments: facts.deploymentsOf(fromId) },
      production: { name: to.environment?.name ?? '', deployments: facts.deploymentsOf(toId) },
      way: facts.way,
      concerns: concernsOf(from),
      lost: between(fromSha, toSha),
      jobs: null,
      // What people and the calendar close changes without any look: it is judged when the sheet opens.
      closure: openNow,
    }),
  }
}

/** `null` too when one side never got a commit. */
function commitsBetween(base: string | null, head: string | null, facts: LaneFacts): readonly Commit[] | null {
  if (base === null || head === null) return null
  return base === head ? [] : facts.commits(base, head)
}

/** What on staging says that it is down, broken or another commit than GitLab believes. */
const unwell: readonly FindingKind[] = ['app-down', 'app-missing', 'url-failing', 'deployment-failed', 'commit-drift']

/** What is the matter with staging, as sentences, as far as nobody has snoozed it. Unseen counts: nobody knows that it is well. */
export function concernsOf({ findings, dokku }: Pick<BoardRow, 'findings' | 'dokku'>): string[] {
  const found = findings
    .filter(({ kind, snooze }) => snooze === null && unwell.includes(kind))
    .map(({ words }) => words)
  return dokku.health === 'unknown' ? [...found, dokku.words] : found
}

const byName = (one: BoardRow, other: BoardRow): number =>
  (one.environment?.name ?? '').localeCompare(other.environment?.name ?? '')
