import { z } from 'zod'
import type { AccessToken } from '#lib/domain/access-token.ts'
import type { Client } from './client.ts'
import type { Gitlab } from './contract.ts'
import { strangeAnswer } from './failure.ts'
import { orNull, readable } from './schema.ts'

/** https://docs.gitlab.com/api/personal_access_tokens/#self-inform; project and group tokens answer alike. */
const accessToken: z.ZodType<AccessToken> = z
  .object({ name: z.string(), scopes: z.array(z.string()), active: z.boolean(), expires_at: orNull(z.iso.date()) })
  .transform((answer) => ({
    name: answer.name,
    scopes: answer.scopes,
    isActive: answer.active,
    expiresAt: answer.expires_at === null ? null : new Date(`${answer.expires_at}T00:00:00Z`),
  }))

const answered = z.object({ headers: z.record(z.string(), z.string()) })

/** What GitLab says of itself and of the token that asks. */
export const selfCalls = ({ accessTokens, metadata }: Client): Pick<Gitlab, 'ownToken' | 'clock'> => ({
  ownToken: async () => readable(accessToken, await accessTokens.show(), 'the token'),
  async clock() {
    const { headers } = readable(answered, await metadata.show({ showExpanded: true }), 'its version')
    const at = new Date(headers.date ?? '')
    if (!Number.isNaN(at.getTime())) return at
    throw strangeAnswer({ system: 'GitLab', request: 'GET /metadata' }, 'no date; does a proxy drop its headers?')
  },
})
