import type { Operation, OperationKind } from '#lib/domain/operation.ts'
import type { Context } from '../context.ts'
import { ask, type Wish } from './ask.ts'

/** The app behind an environment: what a person points at. */
export interface AppTarget {
  projectId: number
  environmentId: number
}

interface AppWish<Plan> extends Pick<Wish<Plan>, 'kind' | 'decide' | 'beats'> {
  /** What was given besides the target, as the audit keeps it. */
  given?: Wish<Plan>['input']
  /** Whether the same was given to the one of this kind that runs already; so it is unless said. */
  sameGiven?(running: Plan): boolean
}

/**
 * Asks for a command on the app behind an environment, on Dokku or Heroku, which is a maintainer's to ask. Commands on one app
 * are one at a time: what is asked while one runs is either that one, or refused.
 */
export function askOnApp<Plan extends { kind: OperationKind }>(
  ctx: Context,
  { projectId, environmentId }: AppTarget,
  { kind, given, sameGiven, decide, beats }: AppWish<Plan>,
): Promise<Operation> {
  return ask<Plan>(ctx, {
    kind,
    projectId,
    environmentId,
    subject: `app:${projectId}:${environmentId}`,
    target: `environment ${environmentId} of project ${projectId}`,
    input: { projectId, environmentId, ...given },
    least: 'maintainer',
    decide,
    sameWish: (running) => running.kind === kind && (sameGiven?.(running) ?? true),
    beats,
  })
}
