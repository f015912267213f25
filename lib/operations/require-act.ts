import type { Actor } from '#lib/domain/access.ts'
import { BerthError } from '#lib/domain/errors.ts'

/** Throws `forbidden` unless the actor may change things. */
export function requireAct(actor: Actor): void {
  if (actor.may === 'act') return
  throw new BerthError(
    'forbidden',
    'berth',
    `${actor.name} may look, but not change anything: Berth is read-only here.`,
  )
}
