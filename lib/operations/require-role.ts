import { type Actor, isAtLeast, type Role } from '#lib/domain/access.ts'
import { BerthError } from '#lib/domain/errors.ts'

/** Throws `forbidden` unless the actor has at least this role. */
export function requireRole(actor: Actor, least: Role): void {
  if (isAtLeast(actor, least)) return
  const words =
    actor.role === 'reporter'
      ? `${actor.name} may look, but not change anything: Berth is read-only here.`
      : `${actor.name} is a ${actor.role}; this takes a ${least}.`
  throw new BerthError('forbidden', 'berth', words)
}
