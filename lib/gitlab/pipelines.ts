import { z } from 'zod'
import type { Job } from '#lib/domain/job.ts'
import type { Pipeline } from '#lib/domain/pipeline.ts'
import type { Client } from './client.ts'
import type { Gitlab } from './contract.ts'
import { readEveryPage, readPage } from './pages.ts'
import { id, instant, orNull, readable, runStatus, userName } from './schema.ts'

/** https://docs.gitlab.com/api/pipelines/ */
const pipeline: z.ZodType<Pipeline> = z
  .object({
    id,
    iid: id,
    ref: z.string(),
    sha: z.string(),
    status: runStatus,
    source: orNull(z.string()),
    web_url: z.string(),
    created_at: instant,
    updated_at: instant,
  })
  .transform((answer) => ({
    id: answer.id,
    iid: answer.iid,
    ref: answer.ref,
    sha: answer.sha,
    status: answer.status,
    source: answer.source ?? 'unknown',
    webUrl: answer.web_url,
    createdAt: answer.created_at,
    updatedAt: answer.updated_at,
  }))

/** https://docs.gitlab.com/api/jobs/ */
const job: z.ZodType<Job> = z
  .object({
    id,
    name: z.string(),
    stage: z.string(),
    status: runStatus,
    ref: z.string(),
    pipeline: z.object({ id, sha: z.string() }),
    allow_failure: z.boolean(),
    created_at: instant,
    started_at: orNull(instant),
    finished_at: orNull(instant),
    failure_reason: orNull(z.string()),
    web_url: z.string(),
    user: userName,
  })
  .transform((answer) => ({
    id: answer.id,
    name: answer.name,
    stage: answer.stage,
    status: answer.status,
    ref: answer.ref,
    sha: answer.pipeline.sha,
    allowFailure: answer.allow_failure,
    createdAt: answer.created_at,
    startedAt: answer.started_at,
    finishedAt: answer.finished_at,
    failureReason: answer.failure_reason,
    webUrl: answer.web_url,
    userName: answer.user,
    pipelineId: answer.pipeline.id,
  }))

type Calls = Pick<
  Gitlab,
  'pipelinesPage' | 'pipelinesOf' | 'pipelineJobs' | 'job' | 'playJob' | 'retryJob' | 'cancelJob' | 'jobLog'
>

export const pipelineCalls = ({ pipelines, jobs }: Client, maxPages: number): Calls => ({
  pipelinesPage: (projectId, { page = 1, updatedAfter }) =>
    readPage({
      what: 'pipelines',
      schema: pipeline,
      page,
      ask: (query) =>
        pipelines.all(projectId, {
          ...query,
          orderBy: 'updated_at',
          sort: 'desc',
          ...(updatedAfter ? { updatedAfter: updatedAfter.toISOString() } : {}),
        }),
    }),
  async pipelinesOf(projectId, { ref, sha }) {
    const newest = await readPage({
      what: 'pipelines',
      schema: pipeline,
      page: 1,
      ask: (query) => pipelines.all(projectId, { ...query, ref, sha, orderBy: 'id', sort: 'desc' }),
    })
    return newest.items
  },
  pipelineJobs: (projectId, pipelineId, { includeRetried = false } = {}) =>
    readEveryPage({
      what: 'jobs',
      schema: job,
      maxPages,
      key: (value) => value.id,
      ask: (query) => jobs.all(projectId, { ...query, pipelineId, includeRetried }),
    }),
  job: async (projectId, jobId) => readable(job, await jobs.show(projectId, jobId), 'a job'),
  playJob: async (projectId, jobId) => readable(job, await jobs.play(projectId, jobId), 'a job'),
  retryJob: async (projectId, jobId) => readable(job, await jobs.retry(projectId, jobId), 'a job'),
  cancelJob: async (projectId, jobId) => readable(job, await jobs.cancel(projectId, jobId), 'a job'),
  jobLog: async (projectId, jobId) => readable(z.string(), await jobs.showLog(projectId, jobId), 'a job log'),
})
