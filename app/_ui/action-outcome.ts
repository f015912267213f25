import type { z } from 'zod'
import type { Context } from '#lib/context.ts'
import { BerthError, type Failure, failureOf } from '#lib/domain/errors.ts'
import type { Operation } from '#lib/domain/operation.ts'
import { log } from '#lib/log.ts'
import type { Asked } from './asked.ts'

/** The way of every Server Action: what the browser means, the change; a failure is an answer and not an exception. */
export async function outcome<Input, Done>(
  schema: z.ZodType<Input>,
  given: unknown,
  ctx: Context,
  change: (ctx: Context, input: Input) => Promise<Done>,
): Promise<{ done: Done } | { failure: Failure }> {
  try {
    const input = schema.safeParse(given)
    if (!input.success) throw new BerthError('invalid', 'berth', 'The request cannot be understood; reload the page.')
    return { done: await change(ctx, input.data) }
  } catch (error) {
    if (!(error instanceof BerthError)) log.error({ err: error }, 'An action failed unexpectedly.')
    return { failure: failureOf(error) }
  }
}

/** Of a change that is done at once: `null`, or why it was not. */
export async function attempted<Input>(
  schema: z.ZodType<Input>,
  given: unknown,
  ctx: Context,
  change: (ctx: Context, input: Input) => Promise<unknown>,
): Promise<Failure | null> {
  const came = await outcome(schema, given, ctx, change)
  return 'failure' in came ? came.failure : null
}

/** Of a change that goes on as an operation. */
export async function asked<Input>(
  schema: z.ZodType<Input>,
  given: unknown,
  ctx: Context,
  change: (ctx: Context, input: Input) => Promise<Operation>,
): Promise<Asked> {
  const came = await outcome(schema, given, ctx, change)
  return 'failure' in came ? came : { operationId: came.done.id }
}
