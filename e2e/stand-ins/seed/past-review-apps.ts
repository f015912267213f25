import { deleteBranch, readCommits, writeCommits } from '../gitlab/repository.ts'
import type { Project, User, World } from '../gitlab/world.ts'
import { environmentNamed, later, minute, recordMergeRequest, recordPipeline } from './past.ts'

/** A branch that was reviewed some time ago, and what became of it. */
export interface PastReviewApp {
  branch: string
  title: string
  author: User
  minutesAgo: number
  /**
   * `open`: still worked on. `merged`: its branch was kept, so GitLab has stopped nothing. `stopped`: merged with its branch
   * deleted, and its stop job says it went well.
   */
  became: 'open' | 'merged' | 'stopped'
}

/** What Dokku would have of it. */
export interface ReviewedApp {
  branch: string
  environmentId: number
  /** Name of the app. */
  slug: string
  repository: string
  sha: string
  createdAt: Date
}

/** Tells their past at once, without running a job. */
export async function recordReviewApps(
  world: World,
  project: Project,
  reviewApps: PastReviewApp[],
  { asOf }: { asOf: Date },
): Promise<ReviewedApp[]> {
  const { repository } = project
  if (!repository) throw new Error(`${project.path} has no repository.`)
  const parent = project.branches.get(project.defaultBranch) as string
  const drafts = reviewApps.map(({ branch, title, author, minutesAgo }) => ({
    branch,
    message: title,
    author,
    committedAt: later(asOf, -minutesAgo * minute),
    files: { 'index.html': `<!doctype html>\n<title>${title}</title>\n<h1>${title}</h1>\n` },
    parent,
  }))
  const shas = await writeCommits(repository, drafts)
  project.commits = await readCommits(repository)
  const told: ReviewedApp[] = []
  for (const [index, reviewApp] of reviewApps.entries()) {
    const sha = shas[index] as string
    project.branches.set(reviewApp.branch, sha)
    tell(world, project, { reviewApp, sha, asOf })
    if (reviewApp.became === 'stopped') {
      project.branches.delete(reviewApp.branch)
      await deleteBranch(repository, reviewApp.branch, sha)
    }
    const { id, slug, createdAt } = environmentNamed(project, `review/${reviewApp.branch}`)
    told.push({ branch: reviewApp.branch, environmentId: id, slug, repository, sha, createdAt })
  }
  return told
}

function tell(
  world: World,
  project: Project,
  { reviewApp, sha, asOf }: { reviewApp: PastReviewApp; sha: string; asOf: Date },
): void {
  const { branch, title, author, minutesAgo, became } = reviewApp
  const at = later(asOf, -minutesAgo * minute)
  const mergedAt = later(at, (minutesAgo / 2) * minute)
  const stopped = { ended: 'success', at: mergedAt, by: author } as const
  const pipeline = recordPipeline(
    world,
    project,
    { ref: branch, sha, user: author, at },
    { rake: 'success', review: 'success', ...(became === 'stopped' ? { stop_review: stopped } : {}) },
  )
  recordMergeRequest(world, project, {
    title,
    sourceBranch: branch,
    author,
    sha,
    createdAt: at,
    removeSourceBranch: became === 'stopped',
    // What changes is asked for since the last look: a past that is told only now must not look older than that.
    updatedAt: asOf,
    ...(became === 'open' ? {} : { state: 'merged', mergedAt, mergeUser: author }),
  })
  pipeline.updatedAt = asOf
  for (const deployment of project.deployments.values())
    if (deployment.ref === branch && deployment.sha === sha) deployment.updatedAt = asOf
  environmentNamed(project, `review/${branch}`).updatedAt = asOf
}
