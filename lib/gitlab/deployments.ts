import { z } from 'zod'
import type { DeployingJob, Deployment, DeploymentStatus } from '#lib/domain/deployment.ts'
import type { Client } from './client.ts'
import type { Gitlab } from './contract.ts'
import { readPage } from './pages.ts'
import { id, instant, oneOf, orNull, readable, runStatus, userName } from './schema.ts'

const deployable: z.ZodType<DeployingJob> = z
  .object({
    id,
    name: z.string(),
    status: runStatus,
    web_url: z.string(),
    user: userName,
    finished_at: orNull(instant),
    commit: orNull(z.object({ title: orNull(z.string()) })),
    pipeline: orNull(z.object({ id, status: runStatus, web_url: z.string() })),
  })
  .transform((answer) => ({
    id: answer.id,
    name: answer.name,
    status: answer.status,
    webUrl: answer.web_url,
    userName: answer.user,
    finishedAt: answer.finished_at,
    commitTitle: answer.commit?.title?.trim() ?? null,
    pipeline: answer.pipeline && {
      id: answer.pipeline.id,
      status: answer.pipeline.status,
      webUrl: answer.pipeline.web_url,
    },
  }))

/** https://docs.gitlab.com/api/deployments/ */
export const deployment: z.ZodType<Deployment> = z
  .object({
    id,
    iid: id,
    environment: z.object({ id, name: z.string() }),
    ref: z.string(),
    sha: z.string(),
    // A status that Berth does not know is not one of success, and offers nothing.
    status: oneOf<DeploymentStatus>(
      ['created', 'running', 'success', 'failed', 'canceled', 'skipped', 'blocked'],
      'created',
    ),
    user: userName,
    created_at: instant,
    updated_at: orNull(instant),
    deployable: orNull(deployable),
  })
  .transform((answer) => ({
    id: answer.id,
    iid: answer.iid,
    environmentId: answer.environment.id,
    environmentName: answer.environment.name,
    ref: answer.ref,
    sha: answer.sha,
    status: answer.status,
    userName: answer.user,
    createdAt: answer.created_at,
    updatedAt: answer.updated_at ?? answer.created_at,
    job: answer.deployable,
  }))

type Calls = Pick<Gitlab, 'deploymentsPage' | 'environmentDeployments' | 'deployment'>

export const deploymentCalls = ({ deployments }: Client): Calls => ({
  deploymentsPage: (projectId, { page = 1, updatedAfter }) =>
    readPage({
      what: 'deployments',
      schema: deployment,
      page,
      ask: (query) =>
        deployments.all(projectId, {
          ...query,
          orderBy: 'updated_at',
          sort: 'desc',
          ...(updatedAfter ? { updatedAfter: updatedAfter.toISOString() } : {}),
        }),
    }),
  async environmentDeployments(projectId, environmentName) {
    const newest = await readPage({
      what: 'deployments',
      schema: deployment,
      page: 1,
      ask: (query) =>
        deployments.all(projectId, { ...query, environment: environmentName, orderBy: 'id', sort: 'desc' }),
    })
    return newest.items
  },
  deployment: async (projectId, deploymentId) =>
    readable(deployment, await deployments.show(projectId, deploymentId), 'a deployment'),
})
