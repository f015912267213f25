import { accessLevel, isProtectedBranch, level } from './members.ts'
import { page } from './page.ts'
import { push } from './push.ts'
import { badParameter, created, notFound, ok, Refusal, type Reply } from './reply.ts'
import { hasFile } from './repository.ts'
import { projectOf, type Request } from './request.ts'
import type { Commit, Project, World } from './world.ts'

/** GitLab shows the committer's own offset in commit dates, unlike in all other dates. */
const inTokyo = (at: Date): string => new Date(at.getTime() + 9 * 3_600_000).toISOString().replace('Z', '+09:00')

export const titleOf = (commit: Commit): string => commit.message.split('\n', 1)[0] ?? ''

export function presentCommit(world: World, project: Project, sha: string) {
  const commit = project.commits.get(sha)
  if (!commit) throw new Error(`${project.path} has no commit ${sha}.`)
  const at = inTokyo(commit.committedAt)
  return {
    id: commit.id,
    short_id: commit.id.slice(0, 8),
    created_at: at,
    parent_ids: commit.parentIds,
    title: titleOf(commit),
    message: commit.message,
    author_name: commit.authorName,
    author_email: commit.authorEmail,
    authored_date: at,
    committer_name: commit.authorName,
    committer_email: commit.authorEmail,
    committed_date: at,
    trailers: {},
    extended_trailers: {},
    web_url: `${world.url}/${project.path}/-/commit/${commit.id}`,
  }
}

/** The commit that a branch, a tag, a full id or its beginning (at least 7 characters) names. */
export function resolve(project: Project, revision: string): string | null {
  const named = project.branches.get(revision) ?? project.tags.get(revision)
  if (named) return named
  if (project.commits.has(revision)) return revision
  if (!/^[0-9a-f]{7,39}$/.test(revision)) return null
  for (const sha of project.commits.keys()) if (sha.startsWith(revision)) return sha
  return null
}

/** The commit and everything before it. */
export function ancestors(project: Project, sha: string): Set<string> {
  const seen = new Set<string>()
  const waiting = [sha]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (seen.has(next)) continue
    seen.add(next)
    waiting.push(...(project.commits.get(next)?.parentIds ?? []))
  }
  return seen
}

/** Commits in the order of the repository, parents before children. */
const oldestFirst = (project: Project, shas: Iterable<string>): Commit[] => {
  const wanted = new Set(shas)
  return [...project.commits.values()].filter((commit) => wanted.has(commit.id))
}

/** Commits that `to` has and `from` has not, oldest first. */
export function between(project: Project, range: { from: string; to: string }): Commit[] {
  const known = ancestors(project, range.from)
  return oldestFirst(
    project,
    [...ancestors(project, range.to)].filter((sha) => !known.has(sha)),
  )
}

/** The newest commit that both have. */
export function mergeBase(project: Project, left: string, right: string): string | undefined {
  const known = ancestors(project, right)
  return oldestFirst(
    project,
    [...ancestors(project, left)].filter((sha) => known.has(sha)),
  ).at(-1)?.id
}

const list = (request: Request): Reply => {
  const project = projectOf(request)
  const sha = resolve(project, request.query.get('ref_name') ?? project.defaultBranch)
  if (!sha) throw notFound('Reference')
  return page(
    request,
    oldestFirst(project, ancestors(project, sha)).reverse(),
    (commit) => presentCommit(request.world, project, commit.id),
    { counted: false },
  )
}

const show = (request: Request): Reply => {
  const project = projectOf(request)
  const sha = resolve(project, request.params.sha ?? '')
  if (!sha) throw notFound('Commit')
  return ok({ ...presentCommit(request.world, project, sha), project_id: project.id, status: null })
}

/** GitLab's checks before it commits, in its order and words. */
async function draftOf(request: Request, project: Project) {
  const { branch, start_branch: startBranch, commit_message: message, actions } = request.body
  const missing = Object.entries({ branch, commit_message: message, actions })
    .filter(([, value]) => !value)
    .map(([name]) => `${name} is missing`)
  if (missing.length > 0) throw badParameter(missing.join(', '))
  const name = String(branch)
  if (isProtectedBranch(project, name) && accessLevel(request.world, project, request.user) < level.maintainer)
    throw new Refusal(400, { message: 'You are not allowed to push into this branch' })
  if (startBranch !== undefined && project.branches.has(name))
    throw new Refusal(400, {
      message: `A branch called '${name}' already exists. Switch to that branch in order to make changes`,
    })
  const from = project.branches.get(String(startBranch ?? name))
  if (!from) throw new Refusal(400, { message: 'You can only create or edit files when you are on a branch' })
  const files: Record<string, string | null> = {}
  for (const { action, file_path: path, content } of actions as Record<string, string>[]) {
    if (!path) throw badParameter('actions[0][file_path] is missing')
    const isThere = project.repository !== null && (await hasFile(project.repository, from, path))
    if (action === 'create' && isThere) throw new Refusal(400, { message: 'A file with this name already exists' })
    if (action !== 'create' && !isThere) throw new Refusal(400, { message: "A file with this name doesn't exist" })
    files[path] = action === 'delete' ? null : (content ?? '')
  }
  return { branch: name, message: String(message), files, from }
}

const create = async (request: Request): Promise<Reply> => {
  const { world, user } = request
  const project = projectOf(request)
  const { sha } = await push(world, project, { ...(await draftOf(request, project)), user })
  return created(presentCommit(world, project, sha))
}

export const commitRoutes = {
  'POST /projects/:id/repository/commits': create,
  'GET /projects/:id/repository/commits': list,
  'GET /projects/:id/repository/commits/:sha': show,
}
