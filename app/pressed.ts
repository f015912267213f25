import { z } from 'zod'
import { guardKinds } from '#lib/domain/guard.ts'

/**
 * What a deployment may be asked for with besides the click: the commit typed out, and the reason of an override, for the
 * guards that a person was shown or else for whatever stands there.
 */
export const pressed = {
  typedSha: z.string().max(64).optional(),
  reason: z.string().max(1000).optional(),
  reasonFor: z.array(z.enum(guardKinds)).max(guardKinds.length).optional(),
}
