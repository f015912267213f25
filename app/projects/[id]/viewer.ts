import { type Actor, isAtLeast, lacking } from '#lib/domain/access.ts'

/** Who looks at a sheet that deploys, and what they may do there. */
export interface Viewer {
  name: string
  /** Why they may not deploy; `null` when they may. */
  refusal: string | null
  /** Whether they may ask for a second person's word, and give it. */
  mayAsk: boolean
  mayAnswer: boolean
  asOf: Date
}

/** `act` is what the sheet does, as it stands before "takes a maintainer": `promoting`. */
export const viewerOf = (actor: Actor, projectId: number, asOf: Date, act: string): Viewer => ({
  name: actor.name,
  refusal: lacking(actor, 'maintainer', projectId, act),
  mayAsk: isAtLeast(actor, 'developer', projectId),
  mayAnswer: isAtLeast(actor, 'maintainer', projectId),
  asOf,
})
