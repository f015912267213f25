import { mergeBase } from './commits.ts'
import { lastSuccess } from './environment.ts'
import { stop } from './environment-actions.ts'
import { happened } from './happening.ts'
import { startPipeline } from './pipeline-run.ts'
import { Refusal } from './reply.ts'
import { changedFiles, createBranch, deleteBranch, fileAt, inTurn, readCommits, writeCommits } from './repository.ts'
import type { MergeRequest, Pipeline, Project, User, World } from './world.ts'

interface Change {
  branch: string
  message: string
  files: Record<string, string | null>
  user: User
  /** Branch to merge in. */
  merges?: string
  /** Where a new branch leaves from, instead of the head of the default branch. */
  from?: string
}

/** Commits to a branch, new or old, and lets GitLab react: merge requests move on, a pipeline starts unless `[skip ci]`. */
export async function push(
  world: World,
  project: Project,
  { branch, message, files, user, merges, from }: Change,
): Promise<{ sha: string; pipeline: Pipeline | null }> {
  const { repository } = project
  if (!repository) throw new Refusal(400, { message: `${project.path} has no repository.` })
  const at = new Date()
  let before: string | null = null
  const sha = await inTurn(repository, async () => {
    before = project.branches.get(branch) ?? null
    const parent = project.branches.get(branch) ?? from ?? project.branches.get(project.defaultBranch) ?? null
    const merged = merges && project.branches.get(merges)
    const [written] = (await writeCommits(repository, [
      { branch, message, files, author: user, committedAt: at, parent, ...(merged ? { merges: merged } : {}) },
    ])) as [string]
    project.commits = await readCommits(repository)
    project.branches.set(branch, written)
    return written
  })
  happened(project, { trigger: 'push_events', name: branch, before, after: sha, user })
  for (const mergeRequest of project.mergeRequests)
    if (mergeRequest.sourceBranch === branch && mergeRequest.state === 'opened') {
      Object.assign(mergeRequest, { sha, updatedAt: at })
      happened(project, { trigger: 'merge_requests_events', mergeRequest, action: 'update', user })
    }
  if (message.includes('[skip ci]') || !project.wiring.isCiEnabled) return { sha, pipeline: null }
  return { sha, pipeline: await startPipeline(world, project, { ref: branch, sha, user, at }) }
}

/** A push of more than so many branches or tags tells hooks nothing. */
const mostToldAtOnce = 3

/** One push of several new branches at the default branch's commit, with `ci.skip`. */
export async function pushBranches(project: Project, branches: readonly string[], user: User): Promise<string> {
  const after = project.branches.get(project.defaultBranch) as string
  for (const branch of branches) {
    if (project.repository) await createBranch(project.repository, branch, after)
    project.branches.set(branch, after)
  }
  if (branches.length > mostToldAtOnce) return after
  for (const name of branches) happened(project, { trigger: 'push_events', name, before: null, after, user })
  return after
}

/** Deletes a branch; GitLab then stops the environments whose last deployment came from it. */
export async function dropBranch(world: World, project: Project, branch: string): Promise<void> {
  const sha = project.branches.get(branch) as string
  if (project.repository) await deleteBranch(project.repository, branch, sha)
  project.branches.delete(branch)
  happened(project, { trigger: 'push_events', name: branch, before: sha, after: null, user: world.users[0] as User })
  for (const environment of project.environments.values())
    if (environment.state === 'available' && lastSuccess(project, environment)?.ref === branch)
      stop(world, project, environment, { force: false, user: world.users[0] as User })
}

/** What a branch changed since it left another, ready to be written there. */
async function filesToMerge(project: Project, source: string, target: string): Promise<Record<string, string | null>> {
  const base = mergeBase(project, source, target)
  if (!project.repository || !base) return {}
  const files: Record<string, string | null> = {}
  for (const { path, change } of await changedFiles(project.repository, { from: base, to: source }))
    files[path] = change === 'deleted' ? null : await fileAt(project.repository, source, path)
  return files
}

/** Merges by a merge commit in GitLab's words; the source branch goes when the merge request says so. */
export async function merge(world: World, project: Project, mergeRequest: MergeRequest, user: User): Promise<void> {
  const { sourceBranch, targetBranch, title, iid } = mergeRequest
  const [source, target] = [project.branches.get(sourceBranch), project.branches.get(targetBranch)]
  if (!source || !target || mergeRequest.state !== 'opened')
    throw new Refusal(405, { message: '405 Method Not Allowed' })
  const { sha } = await push(world, project, {
    branch: targetBranch,
    message: `Merge branch '${sourceBranch}' into '${targetBranch}'\n\n${title}\n\nSee merge request ${project.path}!${iid}`,
    files: await filesToMerge(project, source, target),
    user,
    merges: sourceBranch,
  })
  const at = new Date()
  Object.assign(mergeRequest, { state: 'merged', mergeCommitSha: sha, mergeUser: user, mergedAt: at, updatedAt: at })
  happened(project, { trigger: 'merge_requests_events', mergeRequest, action: 'merge', user })
  if (mergeRequest.removeSourceBranch) await dropBranch(world, project, sourceBranch)
}
