import type { Dokku } from '#lib/dokku/index.ts'
import type { Environment } from '#lib/domain/environment.ts'
import { BerthError } from '#lib/domain/errors.ts'
import type { MergeRequest } from '#lib/domain/merge-request.ts'
import type { Page, PageQuery } from '#lib/gitlab/index.ts'
import type { Held } from './beat.ts'
import { patiently } from './patience.ts'

/** The two systems as a sweep asks them: patiently once, and after a silence no longer, so that the other items go on. */
export interface SweepSources {
  gitlab<Answer>(ask: () => Promise<Answer>): Promise<Answer>
  dokku<Answer>(host: string, ask: (dokku: Dokku) => Promise<Answer>): Promise<Answer>
  /** Every environment of the project, not older than a minute. */
  environments(): Promise<Environment[]>
  /** Merge requests that were updated since then: usually a page with nothing on it. */
  mergeRequestsSince(updatedAfter: Date): Promise<MergeRequest[]>
}

const gitlabOutageMs = 5 * 60_000
const hostOutageMs = 120_000
const keptMs = 60_000
const mostPages = 20

export function sweepSources(held: Held<unknown>): SweepSources {
  const { world, operation } = held
  const { projectId } = operation
  const silent = new Set<string>()
  let kept: { readAt: number; environments: Environment[] } | null = null

  async function asked<Answer>(key: string, outageMs: number, ask: () => Promise<Answer>): Promise<Answer> {
    try {
      const answer = await patiently(held, silent.has(key) ? 0 : outageMs, ask)
      silent.delete(key)
      return answer
    } catch (error) {
      if (error instanceof BerthError && error.kind === 'unavailable') silent.add(key)
      throw error
    }
  }
  const gitlab: SweepSources['gitlab'] = (ask) => asked('gitlab', gitlabOutageMs, ask)

  return {
    gitlab,
    dokku(host, ask) {
      const dokku = world.dokku.get(host)
      if (!dokku) throw new BerthError('invalid', 'berth', `Dokku host ${host} is not configured any more.`)
      return asked(`dokku:${host}`, hostOutageMs, () => ask(dokku))
    },
    async environments() {
      const asOf = world.now().getTime()
      if (kept && asOf - kept.readAt < keptMs) return kept.environments
      const environments = await gitlab(() => world.gitlab.environments(projectId))
      kept = { readAt: asOf, environments }
      return environments
    },
    async mergeRequestsSince(updatedAfter) {
      const found: MergeRequest[] = []
      let page: number | null = 1
      for (let pages = 0; page !== null; pages += 1) {
        if (pages === mostPages) throw new BerthError('unavailable', 'gitlab', 'Too many merge requests were updated.')
        const query: PageQuery = { page, updatedAfter }
        const read: Page<MergeRequest> = await gitlab(() => world.gitlab.mergeRequestsPage(projectId, query))
        found.push(...read.items)
        page = read.nextPage
      }
      return found
    },
  }
}
