import { type Actor, isAdmin, isAtLeast, isReadOnly, type Role, roleIn } from '#lib/domain/access.ts'
import { BerthError } from '#lib/domain/errors.ts'

/** Throws `forbidden` unless the actor has at least this role in the project; `not-found` when it is not there for them. */
export function requireRole(actor: Actor, least: Role, projectId: number): void {
  if (isAtLeast(actor, least, projectId)) return
  const role = roleIn(actor, projectId)
  if (role === null) throw projectNotFound(projectId)
  throw forbidden(actor, `is a ${role} here; this takes a ${least}.`)
}

/** Throws `forbidden` unless the actor is a maintainer everywhere. */
export function requireAdmin(actor: Actor): void {
  if (!isAdmin(actor)) throw forbidden(actor, 'is no admin of Berth; this takes one.')
}

/** The one answer for a project that is not there, and for one that is not there for whoever asks. */
export const projectNotFound = (projectId: number): BerthError =>
  new BerthError('not-found', 'berth', `Berth shows no project ${projectId}.`)

function forbidden(actor: Actor, because: string): BerthError {
  const readOnly = `may look, but not change anything: Berth is read-only ${actor.kind === 'token' ? 'for it' : 'here'}.`
  return new BerthError('forbidden', 'berth', `${actor.name} ${isReadOnly(actor) ? readOnly : because}`)
}
