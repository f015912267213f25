import { z } from 'zod'
import type { MergeRequest, MergeRequestState } from '#lib/domain/merge-request.ts'
import type { Client } from './client.ts'
import type { Gitlab } from './contract.ts'
import { readEveryPage, readPage } from './pages.ts'
import { id, instant, oneOf, orNull, readable } from './schema.ts'

/** https://docs.gitlab.com/api/merge_requests/ */
const mergeRequest: z.ZodType<MergeRequest> = z
  .object({
    iid: id,
    title: z.string(),
    // `locked` is the state of a merge under way: nobody may act on it, as on a state that Berth does not know.
    state: oneOf<MergeRequestState>(['opened', 'closed', 'merged', 'locked'], 'locked'),
    draft: orNull(z.boolean()),
    source_branch: z.string(),
    target_branch: z.string(),
    source_project_id: orNull(id),
    author: orNull(z.object({ name: z.string(), username: z.string() })),
    labels: orNull(z.array(z.string())),
    sha: orNull(z.string()),
    merge_commit_sha: orNull(z.string()),
    squash_commit_sha: orNull(z.string()),
    web_url: z.string(),
    created_at: instant,
    updated_at: instant,
    merged_at: orNull(instant),
    closed_at: orNull(instant),
  })
  .transform((answer) => ({
    iid: answer.iid,
    title: answer.title,
    state: answer.state,
    draft: answer.draft ?? false,
    sourceBranch: answer.source_branch,
    targetBranch: answer.target_branch,
    sourceProjectId: answer.source_project_id,
    authorName: answer.author?.name ?? '',
    authorUsername: answer.author?.username ?? '',
    labels: answer.labels ?? [],
    sha: answer.sha,
    mergeCommitSha: answer.merge_commit_sha,
    squashCommitSha: answer.squash_commit_sha,
    webUrl: answer.web_url,
    createdAt: answer.created_at,
    updatedAt: answer.updated_at,
    mergedAt: answer.merged_at,
    closedAt: answer.closed_at,
  }))

const newestUpdateFirst = { orderBy: 'updated_at', sort: 'desc' } as const

const since = (updatedAfter: Date | undefined) => (updatedAfter ? { updatedAfter: updatedAfter.toISOString() } : {})

type Calls = Pick<Gitlab, 'mergeRequests' | 'mergeRequestsPage' | 'createMergeRequest'>

export const mergeRequestCalls = ({ mergeRequests }: Client, maxPages: number): Calls => ({
  mergeRequests(projectId, { state = 'all', updatedAfter, sourceBranch } = {}) {
    const filter = {
      projectId,
      ...(state === 'opened' ? { state } : {}),
      ...since(updatedAfter),
      ...(sourceBranch === undefined ? {} : { sourceBranch }),
    }
    return readEveryPage({
      what: 'merge requests',
      schema: mergeRequest,
      maxPages,
      key: (value) => value.iid,
      ask: (query) => mergeRequests.all({ ...query, ...filter, ...newestUpdateFirst }),
    })
  },
  mergeRequestsPage: (projectId, { page = 1, updatedAfter }) =>
    readPage({
      what: 'merge requests',
      schema: mergeRequest,
      page,
      ask: (query) => mergeRequests.all({ ...query, projectId, ...since(updatedAfter), ...newestUpdateFirst }),
    }),
  async createMergeRequest(projectId, { sourceBranch, targetBranch, title, description }) {
    const more = { description, removeSourceBranch: true }
    const answer = await mergeRequests.create(projectId, sourceBranch, targetBranch, title, more)
    return readable(mergeRequest, answer, 'a merge request')
  },
})
