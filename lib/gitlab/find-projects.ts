import { z } from 'zod'
import type { Project } from '#lib/domain/project.ts'
import { memoryBudget } from './budget.ts'
import { createClient } from './client.ts'
import { project } from './projects.ts'
import { readable } from './schema.ts'
import { createTransport } from './transport.ts'

const shownAtOnce = 20

/** Projects that the token is a member of and whose path or name has this in it, the last active first; twenty at most. */
export async function findProjects(
  { url, token }: { url: string; token: string },
  search: string,
  options: { fetch?: typeof fetch } = {},
): Promise<Project[]> {
  const transport = createTransport({
    budget: memoryBudget({ requestsPerMinute: 60 }),
    tokenOf: async () => token,
    owner: 'berth',
    fetch: options.fetch ?? fetch,
    timeoutMs: 10_000,
    signal: undefined,
    now: Date.now,
  })
  const answer = await createClient({ url, transport }).projects.all({
    membership: true,
    archived: false,
    orderBy: 'last_activity_at',
    sort: 'desc',
    perPage: shownAtOnce,
    maxPages: 1,
    ...(search !== '' && { search, searchNamespaces: true }),
  })
  return readable(z.array(project), answer, 'projects')
}
