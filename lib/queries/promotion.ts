import type { Context } from '#lib/context.ts'
import { environmentRow } from '#lib/db/board-row.ts'
import { revive } from '#lib/db/json.ts'
import { type Approval, standingOf } from '#lib/domain/approval.ts'
import type { BoardRow, BoardSummary, LaneLink, PromotionPlan } from '#lib/domain/board.ts'
import type { Commit } from '#lib/domain/branch.ts'
import type { Decision } from '#lib/domain/decision.ts'
import { closedBy } from '#lib/domain/deploy-guards.ts'
import { BerthError } from '#lib/domain/errors.ts'
import { byWeight } from '#lib/domain/guard.ts'
import type { Operation } from '#lib/domain/operation.ts'
import { closureOf } from './closure.ts'
import { operationsOf } from './operation.ts'
import { projectHead } from './project.ts'

export interface PromotedMergeRequest {
  iid: number
  title: string
  authorName: string
  webUrl: string
}

/** What promoting to this environment would bring: commits oldest first, `null` until GitLab's compare has been read. */
export interface PromotionSheet {
  from: BoardRow | null
  to: BoardRow
  link: LaneLink
  commits: Commit[] | null
  mergeRequests: PromotedMergeRequest[]
  /** Whether it may be pressed now, with everything that stands before it: what the server asks again at the click. */
  decision: Decision<PromotionPlan>
  /** The last word on this commit, or the wish for one. */
  approval: Approval | null
  /** Whether there is one that counts. */
  isApproved: boolean
  /** Every production environment that is promoted to, this one too. */
  targets: { environmentId: number; name: string; isInStep: boolean; promotability: Decision<PromotionPlan> }[]
  /** Who pressed before, newest first. */
  recent: Operation[]
}

/** Throws `not-found` when nothing is promoted to this environment. */
export async function promotionSheet(
  ctx: Context,
  projectId: number,
  toEnvironmentId: number,
): Promise<PromotionSheet> {
  const [{ summary }, to, operations] = await Promise.all([
    projectHead(ctx, projectId),
    environmentRow(ctx.db, projectId, toEnvironmentId),
    operationsOf(ctx, projectId, 20, toEnvironmentId),
  ])
  const link = summary.lane.links.find((candidate) => candidate.toEnvironmentId === toEnvironmentId)
  if (!link)
    throw new BerthError('not-found', 'berth', `Nothing is promoted to ${to.environment?.name ?? 'this environment'}.`)
  const from = summary.lane.staging.find(({ environment }) => environment?.id === link.fromEnvironmentId) ?? null
  const commits = await commitsBetween(ctx, projectId, link)
  const { decision, approval, isApproved } = await decisionOn(ctx, projectId, { link, to })
  return {
    from,
    to,
    link,
    commits,
    mergeRequests: await mergeRequestsOf(ctx, projectId, commits ?? []),
    decision,
    approval,
    isApproved,
    targets: summary.lane.links.map((other) => ({
      environmentId: other.toEnvironmentId,
      name: nameOf(summary, other.toEnvironmentId),
      isInStep: other.fromSha !== null && other.fromSha === other.toSha,
      promotability: other.promotability,
    })),
    recent: operations.filter(({ kind }) => kind === 'promote'),
  }
}

const nameOf = ({ lane }: BoardSummary, environmentId: number): string =>
  lane.production.find(({ environment }) => environment?.id === environmentId)?.environment?.name ?? 'production'

/** The board's decision, and what people and the calendar hold against it now. */
async function decisionOn(
  ctx: Context,
  projectId: number,
  { link, to }: { link: LaneLink; to: BoardRow },
): Promise<Pick<PromotionSheet, 'decision' | 'approval' | 'isApproved'>> {
  const { promotability } = link
  if (!promotability.allowed || to.environment === null) {
    return { decision: promotability, approval: null, isApproved: false }
  }
  const { environment } = to
  const { closure, lastApproval } = await closureOf(ctx, { projectId, environment, sha: promotability.sha })
  const guards = byWeight([...promotability.guards, ...closedBy(environment.name, closure)])
  const isApproved = closure.approval !== null && standingOf(closure.approval, ctx.now()) === 'approved'
  return { decision: { ...promotability, guards }, approval: lastApproval, isApproved }
}

/** Production has `toSha`; the commits that staging's `fromSha` has beyond it. */
async function commitsBetween(ctx: Context, projectId: number, { fromSha, toSha }: LaneLink): Promise<Commit[] | null> {
  if (fromSha === null || toSha === null) return null
  if (fromSha === toSha) return []
  const kept = await ctx.db.comparison.findUnique({
    where: { projectId_fromSha_toSha: { projectId, fromSha: toSha, toSha: fromSha } },
  })
  return kept && revive<Commit[]>(kept.commits)
}

/** A merge request came in with its merge commit, its squashed commit or, merged by fast-forward, its head commit. */
async function mergeRequestsOf(
  ctx: Context,
  projectId: number,
  commits: readonly Commit[],
): Promise<PromotedMergeRequest[]> {
  const shas = commits.map(({ sha }) => sha)
  return ctx.db.mergeRequest.findMany({
    where: {
      projectId,
      state: 'merged',
      OR: [{ mergeCommitSha: { in: shas } }, { squashCommitSha: { in: shas } }, { sha: { in: shas } }],
    },
    orderBy: { mergedAt: 'asc' },
    select: { iid: true, title: true, authorName: true, webUrl: true },
  })
}
