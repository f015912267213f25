import type { Branch } from '../domain/branch.ts'
import type { Deployment } from '../domain/deployment.ts'
import type { Environment } from '../domain/environment.ts'
import type { MergeRequest } from '../domain/merge-request.ts'
import type { Pipeline } from '../domain/pipeline.ts'
import type { Database } from './client.ts'
import { type ObservationTable, writeRows } from './observations.ts'

/** Whose observation, and when it was made. */
export interface Observed {
  projectId: number
  asOf: Date
}

type Row<Value> = Value & { projectId: number; observedAt: Date }

const instant = 'timestamptz(3)'

const branchTable: ObservationTable<Row<Omit<Branch, 'commit'> & Branch['commit']>> = {
  name: 'Branch',
  key: ['projectId', 'name'],
  columns: {
    projectId: 'int',
    name: 'text',
    sha: 'text',
    title: 'text',
    authorName: 'text',
    committedAt: instant,
    isDefault: 'boolean',
    isProtected: 'boolean',
    developersMayChange: 'boolean',
    isMerged: 'boolean',
    webUrl: 'text',
    observedAt: instant,
  },
  notCompared: ['observedAt'],
}

const mergeRequestTable: ObservationTable<Row<MergeRequest>> = {
  name: 'MergeRequest',
  key: ['projectId', 'iid'],
  columns: {
    projectId: 'int',
    iid: 'int',
    title: 'text',
    state: 'text',
    draft: 'boolean',
    sourceBranch: 'text',
    targetBranch: 'text',
    sourceProjectId: 'int',
    authorName: 'text',
    authorUsername: 'text',
    labels: 'text[]',
    sha: 'text',
    mergeCommitSha: 'text',
    squashCommitSha: 'text',
    webUrl: 'text',
    createdAt: instant,
    updatedAt: instant,
    mergedAt: instant,
    closedAt: instant,
    observedAt: instant,
  },
  notCompared: ['observedAt'],
}

const pipelineTable: ObservationTable<Row<Pipeline>> = {
  name: 'Pipeline',
  key: ['id'],
  columns: {
    id: 'bigint',
    projectId: 'int',
    iid: 'bigint',
    ref: 'text',
    sha: 'text',
    status: 'text',
    source: 'text',
    webUrl: 'text',
    createdAt: instant,
    updatedAt: instant,
    observedAt: instant,
  },
  notCompared: ['observedAt'],
}

const environmentTable: ObservationTable<Row<Environment & { stateSince: Date }>> = {
  name: 'Environment',
  key: ['id'],
  columns: {
    id: 'bigint',
    projectId: 'int',
    name: 'text',
    slug: 'text',
    state: 'text',
    tier: 'text',
    externalUrl: 'text',
    createdAt: instant,
    updatedAt: instant,
    autoStopAt: instant,
    stateSince: instant,
    observedAt: instant,
  },
  notCompared: ['observedAt', 'stateSince'],
  expressions: {
    stateSince: 'CASE WHEN kept."state" = EXCLUDED."state" THEN kept."stateSince" ELSE EXCLUDED."observedAt" END',
  },
}

const deploymentTable: ObservationTable<Row<ReturnType<typeof flatDeployment>>> = {
  name: 'Deployment',
  key: ['id'],
  columns: {
    id: 'bigint',
    projectId: 'int',
    iid: 'bigint',
    environmentId: 'bigint',
    ref: 'text',
    sha: 'text',
    status: 'text',
    userName: 'text',
    createdAt: instant,
    updatedAt: instant,
    finishedAt: instant,
    commitTitle: 'text',
    jobId: 'bigint',
    jobName: 'text',
    jobStatus: 'text',
    jobWebUrl: 'text',
    jobUserName: 'text',
    pipelineId: 'bigint',
    pipelineStatus: 'text',
    pipelineWebUrl: 'text',
    observedAt: instant,
  },
  notCompared: ['observedAt'],
}

/** Each of these writes what GitLab said and returns only what was new or different. */
export async function writeBranches(db: Database, { projectId, asOf }: Observed, branches: readonly Branch[]) {
  const rows = branches.map(({ commit, ...branch }) => ({ ...branch, ...commit, projectId, observedAt: asOf }))
  return writeRows(db, branchTable, rows)
}

export async function writeMergeRequests(db: Database, observed: Observed, mergeRequests: readonly MergeRequest[]) {
  return writeRows(db, mergeRequestTable, dated(observed, mergeRequests))
}

export async function writePipelines(db: Database, observed: Observed, pipelines: readonly Pipeline[]) {
  return writeRows(db, pipelineTable, dated(observed, pipelines))
}

/** At first sight its state is as old as GitLab's last change of it: a stop that hangs began before Berth looked. */
export async function writeEnvironments(db: Database, observed: Observed, environments: readonly Environment[]) {
  const rows = environments.map((environment) => ({
    ...environment,
    stateSince: new Date(Math.min(environment.updatedAt.getTime(), observed.asOf.getTime())),
  }))
  return writeRows(db, environmentTable, dated(observed, rows))
}

export async function writeDeployments(db: Database, observed: Observed, deployments: readonly Deployment[]) {
  return writeRows(db, deploymentTable, dated(observed, deployments.map(flatDeployment)))
}

const dated = <Value extends object>({ projectId, asOf }: Observed, values: readonly Value[]): Row<Value>[] =>
  values.map((value) => ({ ...value, projectId, observedAt: asOf }))

function flatDeployment({ job, environmentName: _, ...deployment }: Deployment) {
  return {
    ...deployment,
    finishedAt: job?.finishedAt ?? null,
    commitTitle: job?.commitTitle ?? null,
    jobId: job?.id ?? null,
    jobName: job?.name ?? null,
    jobStatus: job?.status ?? null,
    jobWebUrl: job?.webUrl ?? null,
    jobUserName: job?.userName ?? null,
    pipelineId: job?.pipeline?.id ?? null,
    pipelineStatus: job?.pipeline?.status ?? null,
    pipelineWebUrl: job?.pipeline?.webUrl ?? null,
  }
}

/** Forgets the branches that a complete list no longer has; returns their names. */
export async function keepOnlyBranches(db: Database, projectId: number, names: readonly string[]): Promise<string[]> {
  const gone = await db.$queryRaw<{ name: string }[]>`
    DELETE FROM "Branch" WHERE "projectId" = ${projectId} AND "name" <> ALL(${names}::text[]) RETURNING "name"`
  return gone.map(({ name }) => name)
}

/** Forgets the environments that a complete list no longer has, and their deployments; returns their ids. */
export async function keepOnlyEnvironments(db: Database, projectId: number, ids: readonly number[]): Promise<number[]> {
  const gone = await db.$queryRaw<{ id: bigint }[]>`
    WITH gone AS (
      DELETE FROM "Environment" WHERE "projectId" = ${projectId} AND "id" <> ALL(${ids.map(BigInt)}::bigint[])
      RETURNING "id"
    ), deployments AS (
      DELETE FROM "Deployment" WHERE "projectId" = ${projectId} AND "environmentId" IN (SELECT "id" FROM gone)
    )
    SELECT "id" FROM gone`
  return gone.map(({ id }) => Number(id))
}

/** Forgets the merge requests that a complete list no longer has; returns their source branches. */
export async function keepOnlyMergeRequests(
  db: Database,
  projectId: number,
  iids: readonly number[],
): Promise<string[]> {
  const gone = await db.$queryRaw<{ sourceBranch: string }[]>`
    DELETE FROM "MergeRequest" WHERE "projectId" = ${projectId} AND "iid" <> ALL(${iids}::int[]) RETURNING "sourceBranch"`
  return gone.map(({ sourceBranch }) => sourceBranch)
}

/** Forgets pipelines that ended before `before`, except the newest of each ref. */
export async function forgetOldPipelines(db: Database, projectId: number, before: Date): Promise<void> {
  await db.$executeRaw`
    DELETE FROM "Pipeline" AS old WHERE "projectId" = ${projectId} AND "updatedAt" < ${before} AND EXISTS (
      SELECT 1 FROM "Pipeline" AS newer
      WHERE newer."projectId" = ${projectId} AND newer."ref" = old."ref" AND newer."id" > old."id")`
}
