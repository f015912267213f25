'use server'

import { z } from 'zod'
import { pageContext } from '#lib/context.ts'
import type { PromotionPlan } from '#lib/domain/board.ts'
import type { Decision } from '#lib/domain/decision.ts'
import type { Failure } from '#lib/domain/errors.ts'
import type { ReleaseRollbackPlan } from '#lib/domain/release-rollback.ts'
import type { NextTags } from '#lib/domain/version.ts'
import {
  answerApproval as answerApprovalOperation,
  requestApproval as requestApprovalOperation,
  withdrawApproval as withdrawApprovalOperation,
} from '#lib/operations/approval.ts'
import { cancelJob as cancelJobOperation } from '#lib/operations/cancel-job.ts'
import { cancelOperation as cancelOperationOperation } from '#lib/operations/cancel-operation.ts'
import {
  lockDeploys as lockDeploysOperation,
  unlockDeploys as unlockDeploysOperation,
} from '#lib/operations/deploy-lock.ts'
import { keepAlive as keepAliveOperation } from '#lib/operations/keep-alive.ts'
import { promote } from '#lib/operations/promote.ts'
import { rebuildApp as rebuildAppOperation } from '#lib/operations/rebuild-app.ts'
import { redeploy } from '#lib/operations/redeploy.ts'
import {
  rehearseReleaseRollback as rehearseReleaseRollbackOperation,
  rehearseRerun as rehearseRerunOperation,
  suggestTags as suggestTagsOperation,
} from '#lib/operations/rehearse.ts'
import { restartApp as restartAppOperation } from '#lib/operations/restart-app.ts'
import { restartDynos as restartDynosOperation } from '#lib/operations/restart-dynos.ts'
import { retryJob as retryJobOperation } from '#lib/operations/retry-job.ts'
import { rollBackRelease as rollBackReleaseOperation } from '#lib/operations/roll-back-release.ts'
import { rollback } from '#lib/operations/rollback.ts'
import { scaleApp as scaleAppOperation } from '#lib/operations/scale-app.ts'
import { setMaintenance as setMaintenanceOperation } from '#lib/operations/set-maintenance.ts'
import { stopReviewApp as stopReviewAppOperation } from '#lib/operations/stop.ts'
import { sweep as sweepOperation } from '#lib/operations/sweep.ts'
import { unlockApp as unlockAppOperation } from '#lib/operations/unlock-app.ts'
import { asked, attempted, outcome } from '../../_ui/action-outcome.ts'
import type { Asked } from '../../_ui/asked.ts'
import { pressed } from '../../pressed.ts'

const id = z.number().int().positive()
const Environment = z.object({ projectId: id, environmentId: id })
const sha = z.string().regex(/^[0-9a-f]{40,64}$/)
const Promotion = Environment.extend({ sha, tag: z.string().min(1).max(255).optional(), ...pressed })
const Rerun = Environment.extend({ deploymentId: id.nullable(), ...pressed })
const ReleaseTarget = Environment.extend({ version: id })
const ReleaseRollback = ReleaseTarget.extend(pressed)
const Maintenance = Environment.extend({ on: z.boolean() })
const Lock = z.object({
  projectId: id,
  environmentId: id.nullable(),
  reason: z.string().max(1000),
  hours: z.number().int().nullable(),
})
const LockId = z.object({ lockId: z.string().max(60) })
const ApprovalWish = Environment.extend({ sha, reason: z.string().max(1000) })
const ApprovalWord = z.object({
  approvalId: z.string().max(60),
  answer: z.enum(['approved', 'declined']),
  words: z.string().max(1000),
})
const ApprovalId = z.object({ approvalId: z.string().max(60) })
const Keep = Environment.extend({ days: z.number().int() })
const Job = z.object({ projectId: id, jobId: id })
const Scale = Environment.extend({ counts: z.record(z.string(), z.number().int()) })
const Sweep = z.object({ projectId: id, subjects: z.array(z.string().max(500)).max(1000), confirmation: z.string() })
const OperationId = z.object({ operationId: z.uuid() })

/** What was seen is bound to it; what the person gave besides comes with the click. */
export async function promoteTo(
  target: Pick<z.input<typeof Promotion>, 'projectId' | 'environmentId' | 'sha'>,
  press: Omit<z.input<typeof Promotion>, 'projectId' | 'environmentId' | 'sha'>,
): Promise<Asked> {
  return asked(Promotion, { ...press, ...target }, await pageContext(), promote)
}

/** Rolls back to a deployment, or makes the present one again where none is named. */
export async function rerunDeployment(
  target: Pick<z.input<typeof Rerun>, 'projectId' | 'environmentId' | 'deploymentId'>,
  press: Omit<z.input<typeof Rerun>, 'projectId' | 'environmentId' | 'deploymentId'>,
): Promise<Asked> {
  return asked(Rerun, { ...press, ...target }, await pageContext(), (ctx, { deploymentId, ...wish }) =>
    deploymentId === null ? redeploy(ctx, wish) : rollback(ctx, { ...wish, deploymentId }),
  )
}

/** What the same would be told now; changes nothing. */
export async function rehearseRerun(
  input: z.input<typeof Rerun>,
): Promise<{ decision: Decision<PromotionPlan> } | { failure: Failure }> {
  const came = await outcome(Rerun, input, await pageContext(), rehearseRerunOperation)
  return 'failure' in came ? came : { decision: came.done }
}

/** Lets an app on Heroku run an earlier release again. */
export async function rollBackRelease(
  target: z.input<typeof ReleaseTarget>,
  press: Omit<z.input<typeof ReleaseRollback>, keyof z.input<typeof ReleaseTarget>>,
): Promise<Asked> {
  return asked(ReleaseRollback, { ...press, ...target }, await pageContext(), rollBackReleaseOperation)
}

/** What the same would be told now; changes nothing. */
export async function rehearseReleaseRollback(
  input: z.input<typeof ReleaseTarget>,
): Promise<{ decision: Decision<ReleaseRollbackPlan> } | { failure: Failure }> {
  const came = await outcome(ReleaseTarget, input, await pageContext(), rehearseReleaseRollbackOperation)
  return 'failure' in came ? came : { decision: came.done }
}

/** The tags that could come next. */
export async function suggestTags(input: { projectId: number }): Promise<{ tags: NextTags } | { failure: Failure }> {
  const came = await outcome(z.object({ projectId: id }), input, await pageContext(), suggestTagsOperation)
  return 'failure' in came ? came : { tags: came.done }
}

/** `null` when production is closed. */
export async function lockDeploys(input: z.input<typeof Lock>): Promise<Failure | null> {
  return attempted(Lock, input, await pageContext(), lockDeploysOperation)
}

export async function unlockDeploys(input: z.input<typeof LockId>): Promise<Failure | null> {
  return attempted(LockId, input, await pageContext(), unlockDeploysOperation)
}

export async function requestApproval(input: z.input<typeof ApprovalWish>): Promise<Failure | null> {
  return attempted(ApprovalWish, input, await pageContext(), requestApprovalOperation)
}

export async function answerApproval(input: z.input<typeof ApprovalWord>): Promise<Failure | null> {
  return attempted(ApprovalWord, input, await pageContext(), answerApprovalOperation)
}

export async function withdrawApproval(input: z.input<typeof ApprovalId>): Promise<Failure | null> {
  return attempted(ApprovalId, input, await pageContext(), withdrawApprovalOperation)
}

export async function stopReviewApp(input: z.input<typeof Environment>): Promise<Asked> {
  return asked(Environment, input, await pageContext(), stopReviewAppOperation)
}

export async function keepAlive(input: z.input<typeof Keep>): Promise<Failure | null> {
  return attempted(Keep, input, await pageContext(), keepAliveOperation)
}

export async function retryJob(input: z.input<typeof Job>): Promise<Asked> {
  return asked(Job, input, await pageContext(), retryJobOperation)
}

export async function cancelJob(input: z.input<typeof Job>): Promise<Asked> {
  return asked(Job, input, await pageContext(), cancelJobOperation)
}

export async function restartApp(input: z.input<typeof Environment>): Promise<Asked> {
  return asked(Environment, input, await pageContext(), restartAppOperation)
}

export async function restartDynos(input: z.input<typeof Environment>): Promise<Asked> {
  return asked(Environment, input, await pageContext(), restartDynosOperation)
}

export async function setMaintenance(input: z.input<typeof Maintenance>): Promise<Asked> {
  return asked(Maintenance, input, await pageContext(), setMaintenanceOperation)
}

export async function rebuildApp(input: z.input<typeof Environment>): Promise<Asked> {
  return asked(Environment, input, await pageContext(), rebuildAppOperation)
}

export async function unlockApp(input: z.input<typeof Environment>): Promise<Asked> {
  return asked(Environment, input, await pageContext(), unlockAppOperation)
}

export async function scaleApp(input: z.input<typeof Scale>): Promise<Asked> {
  return asked(Scale, input, await pageContext(), scaleAppOperation)
}

export async function sweep(input: z.input<typeof Sweep>): Promise<Asked> {
  return asked(Sweep, input, await pageContext(), sweepOperation)
}

/** `null` when it will end early. */
export async function cancelOperation(input: z.input<typeof OperationId>): Promise<Failure | null> {
  return attempted(OperationId, input, await pageContext(), cancelOperationOperation)
}
