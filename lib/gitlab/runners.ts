import { z } from 'zod'
import { BerthError } from '#lib/domain/errors.ts'
import type { PendingJob, Runner, RunnerRules } from '#lib/domain/runner.ts'
import type { Client } from './client.ts'
import type { Gitlab } from './contract.ts'
import { readEveryPage, readPage } from './pages.ts'
import { id, instant, oneOf, orNull, readable } from './schema.ts'

/** https://docs.gitlab.com/api/runners/ */
const runner: z.ZodType<Omit<Runner, 'takes'>> = z
  .object({
    id,
    description: orNull(z.string()),
    runner_type: z.string(),
    paused: orNull(z.boolean()),
    status: oneOf<Runner['status']>(['online', 'offline', 'stale', 'never_contacted'], 'offline'),
  })
  .transform((answer) => ({
    id: answer.id,
    description: answer.description ?? '',
    reach: reaches[answer.runner_type] ?? 'project',
    isPaused: answer.paused ?? false,
    status: answer.status,
  }))

const reaches: Record<string, Runner['reach']> = {
  instance_type: 'instance',
  group_type: 'group',
  project_type: 'project',
}

const rules: z.ZodType<RunnerRules> = z
  .object({ tag_list: z.array(z.string()), run_untagged: z.boolean(), access_level: z.string() })
  .transform((answer) => ({
    tags: answer.tag_list,
    untagged: answer.run_untagged,
    protectedOnly: answer.access_level === 'ref_protected',
  }))

const pendingJob: z.ZodType<PendingJob> = z
  .object({
    id,
    name: z.string(),
    ref: z.string(),
    tag: orNull(z.boolean()),
    tag_list: orNull(z.array(z.string())),
    web_url: z.string(),
    created_at: instant,
  })
  .transform((answer) => ({
    id: answer.id,
    name: answer.name,
    ref: answer.ref,
    isTag: answer.tag ?? false,
    tags: answer.tag_list ?? [],
    webUrl: answer.web_url,
    createdAt: answer.created_at,
  }))

type Calls = Pick<Gitlab, 'runners' | 'runnerRules' | 'pendingJobs'>

export const runnerCalls = ({ runners, jobs }: Client, maxPages: number): Calls => ({
  runners: (projectId) =>
    readEveryPage({
      what: 'runners',
      schema: runner,
      maxPages,
      key: (one) => one.id,
      ask: (query) => runners.all({ ...query, projectId }),
    }),
  async runnerRules(runnerId) {
    try {
      return readable(rules, await runners.show(runnerId), 'a runner')
    } catch (error) {
      if (error instanceof BerthError && error.kind === 'forbidden') return null
      throw error
    }
  },
  async pendingJobs(projectId) {
    const newest = await readPage({
      what: 'jobs',
      schema: pendingJob,
      page: 1,
      ask: (query) => jobs.all(projectId, { ...query, scope: 'pending' }),
    })
    return newest.items
  },
})
