import { z } from 'zod'

/** What a deployment may be asked for with besides the click: the commit typed out, and the reason of an override. */
export const pressed = {
  typedSha: z.string().max(64).optional(),
  reason: z.string().max(1000).optional(),
}
