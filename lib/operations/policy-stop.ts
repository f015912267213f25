import { moveMark } from '#lib/db/policies.ts'
import { type PolicyGrounds, standingOf } from '#lib/db/policy-subjects.ts'
import { projectSettings } from '#lib/db/settings.ts'
import { changedAt } from '#lib/domain/board-row.ts'
import { BerthError, failureOf } from '#lib/domain/errors.ts'
import type { Operation } from '#lib/domain/operation.ts'
import { type PolicyIntent, type PolicySubject, policyPlan } from '#lib/domain/policy.ts'
import { retryMs } from '#lib/domain/policy-intent.ts'
import { lastTried } from '#lib/domain/truth.ts'
import { nudge } from '#lib/sync/nudge.ts'
import type { Context } from '../context.ts'
import { stopReviewApp } from './stop.ts'

/** A process that dies between taking a stop and asking for it leaves it for the next run after this. */
const takenMs = 10 * 60_000
const outageMs = 60 * 60_000
/** Merge requests are asked for by when they were updated; clocks and looks may be apart by so much. */
const marginMs = 10 * 60_000

/**
 * Stops one environment for a policy, as an ordinary stop in its name: judged once more with what GitLab says now, and by
 * one worker only. `null` when that says otherwise, or another worker was first. Throws what the stop was refused with.
 */
export async function stopForPolicy(
  ctx: Context,
  projectId: number,
  { intent, grounds }: { intent: PolicyIntent; grounds: PolicyGrounds },
): Promise<Operation | null> {
  const { environmentId } = intent
  const renewed = await renewedSubjects(ctx, projectId, environmentId, grounds.subjects)
  const plan = policyPlan(renewed, grounds.settings.policies, grounds.memory, ctx.now())
  const still = plan.intents.find((one) => one.environmentId === environmentId && one.due === 'stop')
  if (!still) {
    // GitLab knows more than the board: the next look writes it down.
    await nudge(ctx.db, `gitlab:${projectId}`)
    return null
  }
  const takenUntil = new Date(ctx.now().getTime() + takenMs)
  if (!(await take(ctx, projectId, { intent: still, grounds, takenUntil }))) return null
  try {
    return await stopReviewApp(ctx, { projectId, environmentId, because: still.reason })
  } catch (error) {
    const waitMs = failureOf(error).kind === 'unavailable' ? outageMs : retryMs
    const again = new Date(ctx.now().getTime() + waitMs)
    const mark = markOf(still, grounds)
    if (mark) await moveMark(ctx.db, { ...mark, actsAt: takenUntil }, again)
    throw error
  }
}

/** Only while the settings are those it was judged by, and the mark says what was read: a Keep takes it away. */
function take(
  ctx: Context,
  projectId: number,
  { intent, grounds, takenUntil }: { intent: PolicyIntent; grounds: PolicyGrounds; takenUntil: Date },
): Promise<boolean> {
  const mark = markOf(intent, grounds)
  if (!mark) return Promise.resolve(false)
  return ctx.db.$transaction(async (tx) => {
    const { policies } = await projectSettings(tx, projectId)
    if (JSON.stringify(policies) !== JSON.stringify(grounds.settings.policies)) return false
    return moveMark(tx, mark, takenUntil)
  })
}

const markOf = ({ environmentId, policy }: PolicyIntent, { memory }: PolicyGrounds) =>
  memory.marks.find((mark) => mark.environmentId === environmentId && mark.policy === policy)

/** The one subject with its deployments and its merge request as GitLab has them now. */
async function renewedSubjects(
  { gitlab, db }: Context,
  projectId: number,
  environmentId: number,
  subjects: readonly PolicySubject[],
): Promise<PolicySubject[]> {
  const subject = subjects.find(({ environment }) => environment.id === environmentId)
  if (!subject) return [...subjects]
  const source = await db.source.findUnique({ where: { id: `gitlab:${projectId}` }, select: { observedAt: true } })
  const updatedAfter = new Date((source?.observedAt?.getTime() ?? 0) - marginMs)
  const [deployments, updated] = await Promise.all([
    gitlab.environmentDeployments(projectId, subject.environment.name),
    gitlab.mergeRequestsPage(projectId, { updatedAfter }),
  ])
  if (updated.nextPage !== null) {
    throw new BerthError('unavailable', 'gitlab', 'More merge requests changed at once than can be judged now.')
  }
  const tried = lastTried(deployments)
  const ofBranch = updated.items.filter(
    ({ sourceBranch, sourceProjectId }) =>
      sourceBranch === subject.branchName && (sourceProjectId === null || sourceProjectId === projectId),
  )
  const mergeRequest =
    ofBranch.find(({ state }) => state === 'opened') ?? ofBranch.find(({ iid }) => iid === subject.mergeRequest?.iid)
  const renewed: PolicySubject = {
    ...subject,
    lastDeployedAt: tried ? changedAt(tried) : subject.lastDeployedAt,
    isDeploying: deployments.some(({ status }) => status === 'running'),
    mergeRequest: mergeRequest ? standingOf(mergeRequest) : subject.mergeRequest,
  }
  return subjects.map((one) => (one === subject ? renewed : one))
}
