'use server'

import { z } from 'zod'
import { pageContext } from '#lib/context.ts'
import type { Failure } from '#lib/domain/errors.ts'
import { cancelJob as cancelJobOperation } from '#lib/operations/cancel-job.ts'
import { cancelOperation as cancelOperationOperation } from '#lib/operations/cancel-operation.ts'
import { promote } from '#lib/operations/promote.ts'
import { rebuildApp as rebuildAppOperation } from '#lib/operations/rebuild-app.ts'
import { restartApp as restartAppOperation } from '#lib/operations/restart-app.ts'
import { retryJob as retryJobOperation } from '#lib/operations/retry-job.ts'
import { scaleApp as scaleAppOperation } from '#lib/operations/scale-app.ts'
import { stopReviewApp as stopReviewAppOperation } from '#lib/operations/stop.ts'
import { sweep as sweepOperation } from '#lib/operations/sweep.ts'
import { unlockApp as unlockAppOperation } from '#lib/operations/unlock-app.ts'
import { asked, attempted } from '../../_ui/action-outcome.ts'
import type { Asked } from '../../_ui/asked.ts'

const id = z.number().int().positive()
const Environment = z.object({ projectId: id, environmentId: id })
const Commit = Environment.extend({ sha: z.string().regex(/^[0-9a-f]{40,64}$/) })
const Job = z.object({ projectId: id, jobId: id })
const Scale = Environment.extend({ counts: z.record(z.string(), z.number().int()) })
const Sweep = z.object({ projectId: id, subjects: z.array(z.string().max(500)).max(1000), confirmation: z.string() })
const OperationId = z.object({ operationId: z.uuid() })

export async function promoteCommit(input: z.input<typeof Commit>): Promise<Asked> {
  return asked(Commit, input, await pageContext(), promote)
}

export async function stopReviewApp(input: z.input<typeof Environment>): Promise<Asked> {
  return asked(Environment, input, await pageContext(), stopReviewAppOperation)
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
