'use server'

import { z } from 'zod'
import { type Context, pageContext } from '#lib/context.ts'
import { BerthError, failureOf } from '#lib/domain/errors.ts'
import type { Operation } from '#lib/domain/operation.ts'
import { cancelJob as cancelJobOperation } from '#lib/operations/cancel-job.ts'
import { promote } from '#lib/operations/promote.ts'
import { retryJob as retryJobOperation } from '#lib/operations/retry-job.ts'
import { stopReviewApp as stopReviewAppOperation } from '#lib/operations/stop.ts'
import type { Asked } from '../../_ui/asked.ts'

const id = z.number().int().positive()
const Environment = z.object({ projectId: id, environmentId: id })
const Commit = Environment.extend({ sha: z.string().regex(/^[0-9a-f]{40,64}$/) })
const Job = z.object({ projectId: id, jobId: id })

export async function promoteCommit(input: z.input<typeof Commit>): Promise<Asked> {
  return asked(Commit, input, promote)
}

export async function stopReviewApp(input: z.input<typeof Environment>): Promise<Asked> {
  return asked(Environment, input, stopReviewAppOperation)
}

export async function retryJob(input: z.input<typeof Job>): Promise<Asked> {
  return asked(Job, input, retryJobOperation)
}

export async function cancelJob(input: z.input<typeof Job>): Promise<Asked> {
  return asked(Job, input, cancelJobOperation)
}

/** The way of every action: who asks, what they mean, the operation; a failure is an answer and not an exception. */
async function asked<Input>(
  schema: z.ZodType<Input>,
  given: unknown,
  operation: (ctx: Context, input: Input) => Promise<Operation>,
): Promise<Asked> {
  const ctx = await pageContext()
  try {
    const input = schema.safeParse(given)
    if (!input.success) throw new BerthError('invalid', 'berth', 'The request cannot be understood; reload the page.')
    return { operationId: (await operation(ctx, input.data)).id }
  } catch (error) {
    if (!(error instanceof BerthError)) console.error(error)
    return { failure: failureOf(error) }
  }
}
