import { z } from 'zod'
import type { DokkuEvent } from '#lib/domain/dokku-app.ts'

const kinds = [
  'created',
  'destroyed',
  'deployed',
  'started',
  'died',
  'restarting',
  'stopped',
  'locked',
  'unlocked',
  'scaled',
] as const satisfies readonly DokkuEvent['kind'][]

const event = z.object({
  at: z.string().transform((text, context) => {
    const at = new Date(text)
    if (!Number.isNaN(at.getTime())) return at
    context.addIssue({ code: 'custom', message: 'expected an instant' })
    return z.NEVER
  }),
  app: z.string().regex(/^[a-z0-9][a-z0-9._-]*$/),
  kind: z.enum(kinds),
  process: z
    .string()
    .regex(/^[\w-]+\.\d+$/)
    .nullish()
    .transform((name) => name ?? null),
  words: z.string().transform((text) => text.replaceAll(/\p{Cc}+/gu, ' ').slice(0, 200)),
})

/**
 * One line of `berth:events`: what happened, `alive` for the sign that the stream lives, `null` for anything else, which a
 * newer plugin may bring.
 */
export function dokkuEvent(line: string): DokkuEvent | 'alive' | null {
  const value = parsed(line)
  if (typeof value !== 'object' || value === null || !('kind' in value)) return null
  if (value.kind === 'alive' || value.kind === 'ready') return 'alive'
  const result = event.safeParse(value)
  return result.success ? result.data : null
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
