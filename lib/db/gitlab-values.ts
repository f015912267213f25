import type { Branch } from '#lib/domain/branch.ts'
import type { Deployment, DeploymentStatus } from '#lib/domain/deployment.ts'
import type { Environment, EnvironmentState, Tier } from '#lib/domain/environment.ts'
import type { MergeRequest, MergeRequestState } from '#lib/domain/merge-request.ts'
import type { Pipeline, RunStatus } from '#lib/domain/pipeline.ts'
import type {
  Branch as BranchRow,
  Deployment as DeploymentRow,
  Environment as EnvironmentRow,
  MergeRequest as MergeRequestRow,
  Pipeline as PipelineRow,
} from './generated/client.ts'

// Rows of the observation tables as the domain's values. Ids come back as numbers: GitLab's stay far below 2^53.

export const branchValue = (row: BranchRow): Branch => ({
  name: row.name,
  commit: { sha: row.sha, title: row.title, authorName: row.authorName, committedAt: row.committedAt },
  isDefault: row.isDefault,
  isProtected: row.isProtected,
  developersMayChange: row.developersMayChange,
  isMerged: row.isMerged,
  webUrl: row.webUrl,
})

export const mergeRequestValue = (row: MergeRequestRow): MergeRequest => ({
  ...row,
  state: row.state as MergeRequestState,
})

export const pipelineValue = (row: PipelineRow): Pipeline => ({
  ...row,
  id: Number(row.id),
  iid: Number(row.iid),
  status: row.status as RunStatus,
})

export const environmentValue = (row: EnvironmentRow): Environment => ({
  id: Number(row.id),
  name: row.name,
  slug: row.slug,
  state: row.state as EnvironmentState,
  tier: row.tier as Tier,
  externalUrl: row.externalUrl,
  createdAt: row.createdAt,
  updatedAt: row.updatedAt,
  autoStopAt: row.autoStopAt,
})

export const deploymentValue = (row: DeploymentRow): Deployment => ({
  id: Number(row.id),
  iid: Number(row.iid),
  environmentId: Number(row.environmentId),
  environmentName: '',
  ref: row.ref,
  sha: row.sha,
  status: row.status as DeploymentStatus,
  userName: row.userName,
  createdAt: row.createdAt,
  updatedAt: row.updatedAt,
  job:
    row.jobId === null
      ? null
      : {
          id: Number(row.jobId),
          name: row.jobName ?? '',
          status: (row.jobStatus ?? 'created') as RunStatus,
          webUrl: row.jobWebUrl ?? '',
          userName: row.jobUserName,
          finishedAt: row.finishedAt,
          commitTitle: row.commitTitle,
          pipeline:
            row.pipelineId === null
              ? null
              : {
                  id: Number(row.pipelineId),
                  status: (row.pipelineStatus ?? 'created') as RunStatus,
                  webUrl: row.pipelineWebUrl ?? '',
                },
        },
})
