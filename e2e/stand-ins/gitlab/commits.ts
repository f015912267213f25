import { page } from './page.ts'
import { notFound, ok, type Reply } from './reply.ts'
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

export const commitRoutes = {
  'GET /projects/:id/repository/commits': list,
  'GET /projects/:id/repository/commits/:sha': show,
}
