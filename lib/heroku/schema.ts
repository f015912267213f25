import { z } from 'zod'
import { BerthError } from '#lib/domain/errors.ts'
import type { Dyno, DynoState, Formation, HerokuApp, HerokuRelease, ReleaseStatus } from '#lib/domain/heroku-app.ts'

const instant = z.iso.datetime({ offset: true }).transform((text) => new Date(text))

/** Absent and `null` are the same to Berth. */
const orNull = <Schema extends z.ZodType>(schema: Schema) => schema.nullish().transform((value) => value ?? null)

const oneOf = <Word extends string>(known: readonly Word[]) =>
  z.string().transform((word): Word | 'unknown' => known.find((candidate) => candidate === word) ?? 'unknown')

export const account = z.object({ email: z.string() }).transform(({ email }) => email)

export const app = z
  .object({
    id: z.string(),
    name: z.string(),
    web_url: orNull(z.string()),
    maintenance: z.boolean(),
    // What it is built on now; `build_stack` is what the next build takes.
    stack: z.object({ name: z.string() }),
    released_at: orNull(instant),
    updated_at: instant,
  })
  .transform(
    ({ id, name, web_url, maintenance, stack, released_at, updated_at }): HerokuApp => ({
      id,
      name,
      webUrl: web_url,
      maintenance,
      stack: stack.name,
      releasedAt: released_at,
      updatedAt: updated_at,
    }),
  )

export const dyno = z
  .object({
    name: z.string(),
    type: z.string(),
    state: oneOf<Exclude<DynoState, 'unknown'>>(['up', 'starting', 'idle', 'crashed', 'down']),
    release: z.object({ version: z.int() }),
    updated_at: instant,
  })
  .transform(
    ({ name, type, state, release, updated_at }): Dyno => ({
      name,
      type,
      state,
      releaseVersion: release.version,
      updatedAt: updated_at,
    }),
  )

export const formation: z.ZodType<Formation> = z.object({ type: z.string(), quantity: z.int(), size: z.string() })

export const release = z
  .object({
    id: z.string(),
    version: z.int(),
    status: oneOf<Exclude<ReleaseStatus, 'unknown'>>(['succeeded', 'failed', 'pending', 'expired']),
    description: z.string(),
    slug: orNull(z.object({ id: z.string() })),
    current: z.boolean(),
    user: orNull(z.object({ email: z.string() })),
    created_at: instant,
  })
  .transform(
    ({ id, version, status, description, slug, current, user, created_at }): HerokuRelease => ({
      id,
      version,
      status,
      description,
      slugId: slug?.id ?? null,
      current,
      by: user?.email ?? null,
      createdAt: created_at,
    }),
  )

export const slug = z.object({ id: z.string(), commit: orNull(z.string()) })

/** Only the names: the values are left behind here. */
export const configKeys = z.record(z.string(), z.unknown()).transform((vars) => Object.keys(vars).sort())

export const domain = z.object({ hostname: z.string() }).transform(({ hostname }) => hostname)

/** Reads an answer; one that cannot be read is an error that names the field, never its value. */
export function readable<Value>(schema: z.ZodType<Value>, answer: unknown, what: string): Value {
  const result = schema.safeParse(answer)
  if (result.success) return result.data
  const issue = result.error.issues[0]
  const field = issue?.path.map(String).join('.') || 'the top'
  const message = `Heroku's answer about ${what} cannot be read at ${field}: ${issue?.message ?? 'unknown'}.`
  throw new BerthError('unavailable', 'heroku', message)
}
