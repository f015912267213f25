import { z } from 'zod'
import { BerthError } from '#lib/domain/errors.ts'
import type { RunStatus } from '#lib/domain/pipeline.ts'

/** GitLab's ids leave 32 bits behind; beyond 2^53 an id could not be told from its neighbour and is refused. */
export const id = z.int().positive()

export const instant = z.string().transform((text, context) => {
  const at = new Date(text)
  if (!Number.isNaN(at.getTime())) return at
  context.addIssue({ code: 'custom', message: 'Invalid input: expected an instant' })
  return z.NEVER
})

/** Absent and `null` are the same to Berth. */
export const orNull = <Schema extends z.ZodType>(schema: Schema) => schema.nullish().transform((value) => value ?? null)

export const userName = orNull(z.object({ name: z.string() })).transform((user) => user?.name ?? null)

/** One of GitLab's words; a word that a newer GitLab brings is taken for `otherwise`, so that it spoils nothing else. */
export const oneOf = <Word extends string>(known: readonly Word[], otherwise: Word) =>
  z.string().transform((word) => known.find((candidate) => candidate === word) ?? otherwise)

/** An unknown status is neither finished nor playable: `pending` offers nothing and keeps everybody watching. */
export const runStatus = oneOf<RunStatus>(
  [
    'created',
    'waiting_for_resource',
    'waiting_for_callback',
    'preparing',
    'pending',
    'running',
    'success',
    'failed',
    'canceling',
    'canceled',
    'skipped',
    'manual',
    'scheduled',
  ],
  'pending',
)

/** Reads an answer; one that cannot be read is an error that names the field, never its value. */
export function readable<Value>(schema: z.ZodType<Value>, answer: unknown, what: string): Value {
  const result = schema.safeParse(answer)
  if (result.success) return result.data
  const issue = result.error.issues[0]
  const message = `GitLab's answer about ${what} cannot be read at ${fieldOf(issue?.path ?? [])}: ${issue?.message ?? 'unknown'}.`
  throw new BerthError('unavailable', 'gitlab', message)
}

/** `[3].commit.id` */
const fieldOf = (path: PropertyKey[]): string =>
  path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`))
    .join('')
    .replace(/^\./, '') || 'the top'
