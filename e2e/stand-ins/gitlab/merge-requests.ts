import { recordMergeRequest } from '../seed/past.ts'
import { happened } from './happening.ts'
import { ordered, page } from './page.ts'
import { badParameter, created, notFound, ok, Refusal, type Reply } from './reply.ts'
import { choice, instant, projectOf, type Request } from './request.ts'
import { presentUser } from './users.ts'
import type { MergeRequest, Project, World } from './world.ts'

function presentMergeRequest(world: World, project: Project, mergeRequest: MergeRequest) {
  const { iid, author, mergeUser } = mergeRequest
  const merger = mergeUser && presentUser(world, mergeUser)
  return {
    id: mergeRequest.id,
    iid,
    project_id: project.id,
    title: mergeRequest.title,
    description: mergeRequest.description ?? '',
    state: mergeRequest.state,
    created_at: mergeRequest.createdAt,
    updated_at: mergeRequest.updatedAt,
    merged_by: merger,
    merge_user: merger,
    merged_at: mergeRequest.mergedAt,
    closed_by: null,
    closed_at: mergeRequest.closedAt,
    target_branch: mergeRequest.targetBranch,
    source_branch: mergeRequest.sourceBranch,
    user_notes_count: 0,
    upvotes: 0,
    downvotes: 0,
    author: presentUser(world, author),
    assignees: [],
    assignee: null,
    reviewers: [],
    source_project_id: project.id,
    target_project_id: project.id,
    labels: mergeRequest.labels,
    draft: mergeRequest.draft,
    imported: false,
    imported_from: 'none',
    work_in_progress: mergeRequest.draft,
    milestone: null,
    merge_when_pipeline_succeeds: false,
    merge_status: 'can_be_merged',
    detailed_merge_status: mergeRequest.state === 'opened' ? 'mergeable' : 'not_open',
    merge_after: null,
    sha: mergeRequest.sha,
    merge_commit_sha: mergeRequest.mergeCommitSha,
    squash_commit_sha: null,
    discussion_locked: null,
    should_remove_source_branch: null,
    force_remove_source_branch: mergeRequest.removeSourceBranch,
    prepared_at: mergeRequest.createdAt,
    reference: `!${iid}`,
    references: { short: `!${iid}`, relative: `!${iid}`, full: `${project.path}!${iid}` },
    web_url: `${world.url}/${project.path}/-/merge_requests/${iid}`,
    time_stats: { time_estimate: 0, total_time_spent: 0, human_time_estimate: null, human_total_time_spent: null },
    squash: false,
    squash_on_merge: false,
    task_completion_status: { count: 0, completed_count: 0 },
    has_conflicts: false,
    blocking_discussions_resolved: true,
  }
}

const list = (request: Request): Reply => {
  const project = projectOf(request)
  const { query } = request
  const state = choice(request, 'state', ['opened', 'closed', 'locked', 'merged', 'all']) ?? 'all'
  const orderBy = choice(request, 'order_by', ['created_at', 'updated_at', 'title', 'merged_at']) ?? 'created_at'
  const [after, before] = [instant(request, 'updated_after'), instant(request, 'updated_before')]
  const [source, target] = [query.get('source_branch'), query.get('target_branch')]
  const search = query.get('search')?.toLowerCase()
  const rows = project.mergeRequests.filter(
    (row) =>
      (state === 'all' || row.state === state) &&
      (!after || row.updatedAt >= after) &&
      (!before || row.updatedAt <= before) &&
      (!source || row.sourceBranch === source) &&
      (!target || row.targetBranch === target) &&
      (!search || row.title.toLowerCase().includes(search)),
  )
  const key = (row: MergeRequest): number | string => {
    if (orderBy === 'title') return row.title
    if (orderBy === 'updated_at') return row.updatedAt.getTime()
    return orderBy === 'merged_at' ? (row.mergedAt?.getTime() ?? 0) : row.createdAt.getTime()
  }
  return page(request, ordered(rows, key, choice(request, 'sort', ['asc', 'desc']) ?? 'desc'), (row) =>
    presentMergeRequest(request.world, project, row),
  )
}

const show = (request: Request): Reply => {
  const project = projectOf(request)
  const found = project.mergeRequests.find(({ iid }) => String(iid) === request.params.iid)
  if (!found) throw notFound('Merge Request')
  return ok(presentMergeRequest(request.world, project, found))
}

const create = (request: Request): Reply => {
  const { world, user, body } = request
  const project = projectOf(request)
  const { source_branch: source, target_branch: target, title } = body
  const missing = Object.entries({ title, source_branch: source, target_branch: target })
    .filter(([, value]) => !value)
    .map(([name]) => `${name} is missing`)
  if (missing.length > 0) throw badParameter(missing.join(', '))
  const [sourceBranch, targetBranch] = [String(source), String(target)]
  const other = project.mergeRequests.find(
    (row) => row.state === 'opened' && row.sourceBranch === sourceBranch && row.targetBranch === targetBranch,
  )
  if (other)
    throw new Refusal(409, {
      message: [`Another open merge request already exists for this source branch: !${other.iid}`],
    })
  const gone = [
    ...(project.branches.has(sourceBranch) ? [] : [`Source branch "${sourceBranch}" does not exist`]),
    ...(project.branches.has(targetBranch) ? [] : [`Target branch "${targetBranch}" does not exist`]),
  ]
  if (gone.length > 0) throw new Refusal(422, { message: gone })
  const made = recordMergeRequest(world, project, {
    title: String(title),
    description: typeof body.description === 'string' ? body.description : '',
    sourceBranch,
    targetBranch,
    author: user,
    sha: project.branches.get(sourceBranch) ?? null,
    removeSourceBranch: body.remove_source_branch === true,
    createdAt: new Date(),
  })
  happened(project, { trigger: 'merge_requests_events', mergeRequest: made, action: 'open', user })
  return created(presentMergeRequest(world, project, made))
}

export const mergeRequestRoutes = {
  'POST /projects/:id/merge_requests': create,
  'GET /projects/:id/merge_requests': list,
  'GET /projects/:id/merge_requests/:iid': show,
}
