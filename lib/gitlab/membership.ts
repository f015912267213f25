import { z } from 'zod'
import type { Role } from '#lib/domain/access.ts'
import { BerthError } from '#lib/domain/errors.ts'
import type { Client } from './client.ts'
import type { Gitlab, GitlabUser } from './contract.ts'
import { perPage } from './pages.ts'
import { id, orNull, readable } from './schema.ts'

/** https://docs.gitlab.com/api/users/#retrieve-the-current-user. GitLab says `is_admin` to administrators only. */
const user: z.ZodType<GitlabUser> = z
  .object({ id, username: z.string().min(1), name: z.string(), state: z.string(), is_admin: orNull(z.boolean()) })
  .transform((answer) => ({
    id: answer.id,
    username: answer.username,
    name: answer.name,
    isActive: answer.state === 'active',
    isAdmin: answer.is_admin ?? false,
  }))

const accessLevels = { reporter: 20, developer: 30, maintainer: 40 } as const satisfies Record<Role, number>

/** Ten thousand projects of one person. */
const mostPages = 100

export const membershipCalls = ({ projects, users }: Client): Pick<Gitlab, 'currentUser' | 'projectIdsAsLeast'> => ({
  currentUser: async () => readable(user, await users.showCurrentUser(), 'who is signed in'),
  async projectIdsAsLeast(role) {
    // Keyset: GitLab refuses offsets in long lists of projects. Gitbeaker follows its `Link` to the end.
    const found = await projects.all({
      minAccessLevel: accessLevels[role],
      simple: true,
      pagination: 'keyset',
      orderBy: 'id',
      sort: 'asc',
      perPage,
      maxPages: mostPages,
    })
    const ids = readable(z.object({ id }).array(), found, 'the projects of a person').map((project) => project.id)
    if (ids.length < mostPages * perPage) return ids
    const message = `GitLab lists more than ${mostPages * perPage} projects for one person; Berth reads no further.`
    throw new BerthError('unavailable', 'gitlab', message)
  },
})
