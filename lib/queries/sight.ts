import { type Actor, roleIn, seenProjects } from '#lib/domain/access.ts'
import { BerthError } from '#lib/domain/errors.ts'

/**
 * Whatever is about a project is read through this first. What one may not see answers exactly like what is not there, so that
 * nobody learns of it by asking.
 */
export function requireSight({ actor }: { actor: Pick<Actor, 'access'> }, projectId: number): void {
  if (roleIn(actor, projectId) === null) throw projectNotFound(projectId)
}

/** The one answer for a project that is not there, and for one that is not there for whoever asks. */
export const projectNotFound = (projectId: number): BerthError =>
  new BerthError('not-found', 'berth', `Berth shows no project ${projectId}.`)

/** Tells apart the viewers of something that shows several projects: those of one key see the same. */
export function sightKey({ actor }: { actor: Pick<Actor, 'access'> }): string {
  const seen = seenProjects(actor)
  return seen === 'all' ? 'all' : seen.join()
}
