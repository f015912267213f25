import type { RowDeployment } from './board.ts'
import type { DokkuEvent } from './dokku-app.ts'
import type { HerokuRelease } from './heroku-app.ts'
import type { Operation } from './operation.ts'

/** One thing that happened to an environment, by who told it. */
export type TimelineEntry =
  | { kind: 'deployment'; at: Date; deployment: RowDeployment }
  | { kind: 'operation'; at: Date; operation: Operation }
  | { kind: 'event'; at: Date; event: DokkuEvent }
  | { kind: 'release'; at: Date; release: TimelineRelease }

/** A release on Heroku; `sha` is `null` where its slug names no commit. */
export type TimelineRelease = HerokuRelease & { sha: string | null }

/**
 * What GitLab deployed, what happened on Dokku, what Heroku released and what somebody asked of Berth, newest first. Each part is given newest
 * first and may be cut off: entries older than the point to which every cut part reaches are left out, because a time of
 * which only one source tells would look quiet when it was not.
 */
export function timelineOf(
  parts: {
    deployments: readonly RowDeployment[]
    operations: readonly Operation[]
    events: readonly DokkuEvent[]
    releases?: readonly TimelineRelease[]
  },
  limits: { deployments: number; operations: number; events: number; releases?: number },
): TimelineEntry[] {
  const deployments = parts.deployments.map(
    (deployment): TimelineEntry => ({ kind: 'deployment', at: deployment.changedAt, deployment }),
  )
  const operations = parts.operations.map(
    (operation): TimelineEntry => ({ kind: 'operation', at: operation.createdAt, operation }),
  )
  const events = parts.events.map((event): TimelineEntry => ({ kind: 'event', at: event.at, event }))
  const releases = (parts.releases ?? []).map(
    (release): TimelineEntry => ({ kind: 'release', at: release.createdAt, release }),
  )
  const knownFrom = Math.max(
    ...[
      { entries: deployments, limit: limits.deployments },
      { entries: operations, limit: limits.operations },
      { entries: events, limit: limits.events },
      { entries: releases, limit: limits.releases ?? Infinity },
    ].map(({ entries, limit }) => (entries.length < limit ? 0 : Math.min(...entries.map(({ at }) => at.getTime())))),
  )
  return [...deployments, ...operations, ...events, ...releases]
    .filter(({ at }) => at.getTime() >= knownFrom)
    .sort((one, other) => other.at.getTime() - one.at.getTime())
}
