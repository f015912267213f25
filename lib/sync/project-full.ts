import { forgetOldPipelines } from '#lib/db/observations-gitlab.ts'
import { latestUpdate, type ProjectCursor, updatedSince } from './project-cursor.ts'
import {
  forgetBranchesBut,
  forgetEnvironmentsBut,
  forgetMergeRequestsBut,
  noteBranches,
  noteDeployments,
  noteEnvironments,
  noteMergeRequests,
  notePipelines,
  type ProjectReading,
  readFreezePeriods,
} from './project-reading.ts'
import { walk } from './walk.ts'

/** Pages of 100 that a full look reads at most. What is beyond them is old, except where a list must be whole. */
const pageLimits = { branches: 500, environments: 500, mergeRequests: 50, deployments: 100, pipelines: 10 }

const pipelinesKeptDays = 90

/**
 * Reads every page of the project: all branches and environments, merge requests and deployments from the newest update
 * back, the freeze periods and the recent pipelines. Deployments and pipelines never change without a new update time, so that a later full look
 * stops at what is known.
 */
export async function readWhole(reading: ProjectReading, cursor: ProjectCursor): Promise<ProjectCursor> {
  const { db, gitlab, projectId, look } = reading
  const { asOf } = look

  // Environments come before their deployments and branches before their pipelines, so that nothing refers to an unknown.
  const branches = await walk((page) => look.ask(() => gitlab.branchesPage(projectId, { page })), {
    maxPages: pageLimits.branches,
  })
  await noteBranches(reading, branches.items)
  if (branches.complete) await forgetBranchesBut(reading, branches.items)

  const environments = await walk((page) => look.ask(() => gitlab.environmentsPage(projectId, { page })), {
    maxPages: pageLimits.environments,
  })
  await noteEnvironments(reading, environments.items)
  if (environments.complete) await forgetEnvironmentsBut(reading, environments.items)

  await readFreezePeriods(reading)
  const mergeRequests = await readMergeRequests(reading)

  const deployments = await walk(
    (page) => look.ask(() => gitlab.deploymentsPage(projectId, { page, ...updatedSince(cursor.deploymentsUpdatedAt) })),
    { maxPages: pageLimits.deployments },
  )
  await noteDeployments(reading, deployments.items)

  const pipelines = await walk(
    (page) => look.ask(() => gitlab.pipelinesPage(projectId, { page, ...updatedSince(cursor.pipelinesUpdatedAt) })),
    { maxPages: pageLimits.pipelines },
  )
  await notePipelines(reading, pipelines.items)
  await forgetOldPipelines(db, projectId, new Date(asOf.getTime() - pipelinesKeptDays * 86_400_000))

  return {
    ...cursor,
    fullAt: asOf,
    deploymentsUpdatedAt: latestUpdate(cursor.deploymentsUpdatedAt, deployments.items),
    pipelinesUpdatedAt: latestUpdate(cursor.pipelinesUpdatedAt, pipelines.items),
    mergeRequestsUpdatedAt: latestUpdate(cursor.mergeRequestsUpdatedAt, mergeRequests),
    branchesPage: 1,
    environmentsPage: 1,
    branchesWalkedAt: asOf,
    environmentsWalkedAt: asOf,
    notComparable: [],
  }
}

/** Newest update first; where there are too many to read all, the open ones are asked for besides, however old. */
async function readMergeRequests(reading: ProjectReading) {
  const { gitlab, projectId, look } = reading
  const recent = await walk((page) => look.ask(() => gitlab.mergeRequestsPage(projectId, { page })), {
    maxPages: pageLimits.mergeRequests,
  })
  const isCut = recent.items.length >= pageLimits.mergeRequests * 100
  const open = isCut ? await look.ask(() => gitlab.mergeRequests(projectId, { state: 'opened' })) : []
  await noteMergeRequests(reading, [...open, ...recent.items])
  if (recent.complete) await forgetMergeRequestsBut(reading, recent.items)
  return recent.items
}
