import { ok, type Reply } from './reply.ts'
import type { Request } from './request.ts'
import type { User, World } from './world.ts'

export const presentUser = (world: World, user: User) => ({
  id: user.id,
  username: user.username,
  public_email: '',
  name: user.name,
  state: 'active',
  locked: false,
  avatar_url: null,
  web_url: `${world.url}/${user.username}`,
})

/** The fuller user that stands in jobs. */
export const presentJobUser = (world: World, user: User) => ({
  ...presentUser(world, user),
  created_at: '2021-04-01T00:00:00.000Z',
  bio: '',
  location: null,
  linkedin: '',
  twitter: '',
  discord: '',
  website_url: '',
  github: '',
  job_title: '',
  pronouns: null,
  organization: '',
  bot: false,
  work_information: null,
  followers: 0,
  following: 0,
  local_time: null,
})

const currentUser = ({ world, user }: Request): Reply =>
  ok({ ...presentJobUser(world, user), email: user.email, ...(user.isAdmin && { is_admin: true }) })

const metadata = (): Reply =>
  ok({
    version: '18.6.1',
    revision: '1f0c2d8a9b3',
    kas: { enabled: false, externalUrl: null, externalK8sProxyUrl: null, version: null },
    enterprise: false,
  })

export const userRoutes = {
  'GET /user': currentUser,
  'GET /metadata': metadata,
  'GET /version': metadata,
}
