import { environmentsOfPipelines, forgetBranch, forgetEnvironment } from '#lib/db/observations-follow-up.ts'
import { isNotFound } from '#lib/domain/errors.ts'
import type { MergeRequest } from '#lib/domain/merge-request.ts'
import type { Pipeline } from '#lib/domain/pipeline.ts'
import { noteBranches, noteDeployments, noteEnvironments, type ProjectReading } from './project-reading.ts'

/** Single reads after one look at most; more than these come in by a full look. */
const followUpLimit = 20

export interface News {
  deployments: readonly { environmentId: number }[]
  pipelines: readonly Pipeline[]
  mergeRequests: readonly MergeRequest[]
  readEnvironmentIds: ReadonlySet<number>
}

/**
 * Reads what the news touch: the environments of changed deployments and pipelines (a stop job runs in one), and the
 * branches that were pushed to or merged. Answers false when there was more than it may read.
 */
export async function followUp(reading: ProjectReading, news: News): Promise<boolean> {
  const environmentIds = await touchedEnvironments(reading, news)
  const branches = await touchedBranches(reading, news)
  for (const id of environmentIds.slice(0, followUpLimit)) await readEnvironment(reading, id)
  for (const name of branches.slice(0, followUpLimit)) await readBranch(reading, name)
  return environmentIds.length <= followUpLimit && branches.length <= followUpLimit
}

async function touchedEnvironments({ db, projectId }: ProjectReading, news: News): Promise<number[]> {
  const pipelineIds = news.pipelines.map(({ id }) => id)
  const ofPipelines = await environmentsOfPipelines(db, projectId, pipelineIds)
  const ids = new Set([...news.deployments.map(({ environmentId }) => environmentId), ...ofPipelines])
  return [...ids].filter((id) => !news.readEnvironmentIds.has(id))
}

/** A branch whose commit is known already did not move: its pipeline merely went on. */
async function touchedBranches({ db, projectId }: ProjectReading, news: News): Promise<string[]> {
  const pushed = news.pipelines.filter(({ ref }) => !ref.startsWith('refs/'))
  const sources = news.mergeRequests.filter(({ sourceProjectId }) => sourceProjectId === projectId)
  const names = [...new Set([...pushed.map(({ ref }) => ref), ...sources.map(({ sourceBranch }) => sourceBranch)])]
  if (names.length === 0) return []
  const known = await db.branch.findMany({
    where: { projectId, name: { in: names } },
    select: { name: true, sha: true },
  })
  const knownSha = new Map(known.map(({ name, sha }) => [name, sha]))
  const moved = pushed.filter(({ ref, sha }) => knownSha.get(ref) !== sha).map(({ ref }) => ref)
  const ended = sources.filter(({ sourceBranch, sha, state }) => {
    const atKnown = knownSha.get(sourceBranch)
    return state === 'opened' ? atKnown !== sha : atKnown !== undefined
  })
  return [...new Set([...moved, ...ended.map(({ sourceBranch }) => sourceBranch)])]
}

export async function readEnvironment(reading: ProjectReading, id: number): Promise<void> {
  const { db, gitlab, projectId, look, changes } = reading
  try {
    const { lastDeployment, ...environment } = await look.ask(() => gitlab.environment(projectId, id))
    await noteEnvironments(reading, [environment])
    if (lastDeployment) await noteDeployments(reading, [lastDeployment])
  } catch (error) {
    if (!isNotFound(error)) throw error
    if (await forgetEnvironment(db, projectId, id)) changes.environmentIds.add(id)
  }
}

export async function readBranch(reading: ProjectReading, name: string): Promise<void> {
  const { db, gitlab, projectId, look, changes } = reading
  try {
    await noteBranches(reading, [await look.ask(() => gitlab.branch(projectId, name))])
  } catch (error) {
    if (!isNotFound(error)) throw error
    if (await forgetBranch(db, projectId, name)) changes.branches.add(name)
  }
}
