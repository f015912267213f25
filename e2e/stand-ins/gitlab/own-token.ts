import { notFound, ok, type Reply } from './reply.ts'
import type { Request } from './request.ts'

/** Of an access token, for its bearer; a sign-in's token is none. */
const self = ({ token, user }: Request): Reply => {
  if (token.name === undefined) throw notFound('Token')
  const ended = token.expiresOn !== null && token.expiresOn !== undefined && new Date(token.expiresOn) <= new Date()
  return ok({
    id: 1,
    name: token.name,
    revoked: false,
    created_at: '2026-01-05T09:00:00.000Z',
    description: null,
    scopes: token.scopes,
    user_id: user.id,
    last_used_at: new Date(),
    active: !ended,
    expires_at: token.expiresOn ?? null,
  })
}

export const ownTokenRoutes = { 'GET /personal_access_tokens/self': self }
