import type { Database } from '#lib/db/client.ts'
import { writeFreezePeriods } from '#lib/db/freeze-periods.ts'
import {
  keepOnlyBranches,
  keepOnlyEnvironments,
  keepOnlyMergeRequests,
  writeBranches,
  writeDeployments,
  writeEnvironments,
  writeMergeRequests,
  writePipelines,
} from '#lib/db/observations-gitlab.ts'
import type { Branch } from '#lib/domain/branch.ts'
import type { Deployment } from '#lib/domain/deployment.ts'
import type { Environment } from '#lib/domain/environment.ts'
import { BerthError } from '#lib/domain/errors.ts'
import type { MergeRequest } from '#lib/domain/merge-request.ts'
import type { Pipeline } from '#lib/domain/pipeline.ts'
import type { Gitlab } from '#lib/gitlab/index.ts'
import type { Look } from './look.ts'

/** What a look found changed; the board is decided again there. */
export interface ProjectChanges {
  branches: Set<string>
  environmentIds: Set<number>
}

/** One project being read: what is written through it is noted as changed where it differs from before. */
export interface ProjectReading {
  db: Database
  gitlab: Gitlab
  projectId: number
  look: Look
  changes: ProjectChanges
}

const observed = ({ projectId, look }: ProjectReading) => {
  look.signal.throwIfAborted()
  return { projectId, asOf: look.asOf }
}

export async function noteBranches(reading: ProjectReading, branches: readonly Branch[]) {
  const changed = await writeBranches(reading.db, observed(reading), branches)
  for (const { name } of changed) reading.changes.branches.add(name)
  return changed
}

export async function noteMergeRequests(reading: ProjectReading, mergeRequests: readonly MergeRequest[]) {
  const changed = await writeMergeRequests(reading.db, observed(reading), mergeRequests)
  for (const { sourceBranch } of changed) reading.changes.branches.add(sourceBranch)
  return changed
}

export async function notePipelines(reading: ProjectReading, pipelines: readonly Pipeline[]) {
  const changed = await writePipelines(reading.db, observed(reading), pipelines)
  const iids = changed.flatMap(({ ref }) => mergeRequestIidOf(ref) ?? [])
  for (const { ref } of changed) reading.changes.branches.add(ref)
  for (const branch of await sourceBranches(reading, iids)) reading.changes.branches.add(branch)
  return changed
}

/** Merge request pipelines run on `refs/merge-requests/12/head`, and belong to the source branch. */
export function mergeRequestIidOf(ref: string): number | null {
  const iid = /^refs\/merge-requests\/(\d+)\//.exec(ref)?.[1]
  return iid === undefined ? null : Number(iid)
}

async function sourceBranches({ db, projectId }: ProjectReading, iids: number[]): Promise<string[]> {
  if (iids.length === 0) return []
  const rows = await db.mergeRequest.findMany({
    where: { projectId, iid: { in: iids } },
    select: { sourceBranch: true },
  })
  return rows.map(({ sourceBranch }) => sourceBranch)
}

export async function noteEnvironments(reading: ProjectReading, environments: readonly Environment[]) {
  const changed = await writeEnvironments(reading.db, observed(reading), environments)
  for (const { id } of changed) reading.changes.environmentIds.add(id)
  return changed
}

export async function noteDeployments(reading: ProjectReading, deployments: readonly Deployment[]) {
  const changed = await writeDeployments(reading.db, observed(reading), deployments)
  for (const { environmentId } of changed) reading.changes.environmentIds.add(environmentId)
  return changed
}

/**
 * What closes production by the calendar, for the pages: whoever deploys asks for it again. A token that may not read it leaves
 * what was known, and the rest of the look goes on.
 */
export async function readFreezePeriods(reading: ProjectReading): Promise<void> {
  const { db, gitlab, projectId, look } = reading
  try {
    const periods = await look.ask(() => gitlab.freezePeriods(projectId))
    await writeFreezePeriods(db, observed(reading), periods)
  } catch (error) {
    if (!(error instanceof BerthError) || (error.kind !== 'forbidden' && error.kind !== 'not-found')) throw error
  }
}

/** After a complete list: what is not in it is gone. */
export async function forgetBranchesBut(reading: ProjectReading, branches: readonly Branch[]): Promise<void> {
  const { projectId } = observed(reading)
  const names = branches.map(({ name }) => name)
  for (const name of await keepOnlyBranches(reading.db, projectId, names)) reading.changes.branches.add(name)
}

export async function forgetEnvironmentsBut(
  reading: ProjectReading,
  environments: readonly Environment[],
): Promise<void> {
  const { projectId } = observed(reading)
  const ids = environments.map(({ id }) => id)
  for (const id of await keepOnlyEnvironments(reading.db, projectId, ids)) reading.changes.environmentIds.add(id)
}

export async function forgetMergeRequestsBut(
  reading: ProjectReading,
  mergeRequests: readonly MergeRequest[],
): Promise<void> {
  const { projectId } = observed(reading)
  const iids = mergeRequests.map(({ iid }) => iid)
  for (const branch of await keepOnlyMergeRequests(reading.db, projectId, iids)) reading.changes.branches.add(branch)
}
