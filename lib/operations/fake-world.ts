import type { Database } from '#lib/db/client.ts'
import type { Dokku } from '#lib/dokku/index.ts'
import type { Actor } from '#lib/domain/access.ts'
import { defaultMapping } from '#lib/domain/mapping.ts'
import type { Context, World } from '../context.ts'
import { type FakeGitlab, fakeDeployment, fakeEnvironment, fakeGitlab, fakeJob } from './fake-gitlab.ts'

export const stagingSha = 'a'.repeat(40)
export const productionSha = 'b'.repeat(40)

export const operator: Actor = { kind: 'operator', name: 'operator', via: 'page', role: 'maintainer' }
export const onlooker: Actor = { ...operator, role: 'reporter' }

/** Tests' Dokku host: what is there, and what an app runs. */
export interface FakeHost {
  dokku: Dokku
  apps: Map<string, { sha: string | null; status: 'running' | 'restarting' }>
  databases: Set<string>
}

export interface FakeWorld {
  ctx: Context
  world: World
  gitlab: FakeGitlab
  host: FakeHost
  /** Moves the world's clock instead of waiting. */
  pause(milliseconds: number, signal: AbortSignal): Promise<void>
}

/** The talk's project 42: staging (1) is ahead of production (2), whose job 7 waits; review app 3 can be stopped by job 8; job 10 waits for a runner. */
export function fakeWorld(db: Database, actor: Actor = operator): FakeWorld {
  const gitlab = fakeGitlab()
  const staging = fakeEnvironment({ id: 1, name: 'staging', tier: 'staging' })
  const production = fakeEnvironment({ id: 2, name: 'production', tier: 'production' })
  const review = fakeEnvironment({ id: 3, name: 'review/fix', slug: 'review-fix' })
  const stagingJob = fakeJob({ id: 6, name: 'staging', status: 'success' })
  const productionJob = fakeJob({ id: 7, name: 'production', status: 'manual' })
  const stopJob = fakeJob({ id: 8, name: 'stop_review', status: 'manual', pipelineId: 901 })
  const reviewJob = fakeJob({ id: 9, name: 'review', status: 'success', pipelineId: 901 })
  const oldJob = fakeJob({ id: 5, name: 'production', status: 'success', sha: productionSha, pipelineId: 899 })
  gitlab.environmentList = [staging, production, review]
  const waitingJob = fakeJob({ id: 10, name: 'rake', status: 'preparing', pipelineId: 902 })
  gitlab.jobs = [oldJob, stagingJob, productionJob, stopJob, reviewJob, waitingJob]
  gitlab.deployments = [
    fakeDeployment(production, oldJob, 1, 'success'),
    fakeDeployment(staging, stagingJob, 2, 'success'),
    fakeDeployment(production, productionJob, 3, 'blocked'),
    fakeDeployment(review, reviewJob, 4, 'success'),
  ]
  const host = fakeHost(gitlab)
  let clockMs = Date.parse('2026-11-23T10:00:00Z')
  const world: World = {
    db,
    gitlab,
    dokku: new Map([['review', host.dokku]]),
    limits: { mostApps: null, probeSeconds: 300 },
    mappingOf: () => ({ ...defaultMapping, named: { production: { host: 'review', app: 'hello' } } }),
    now: () => new Date(clockMs),
  }
  return {
    world,
    ctx: { ...world, actor },
    gitlab,
    host,
    async pause(milliseconds, signal) {
      await new Promise((resolve) => setTimeout(resolve, 1))
      signal.throwIfAborted()
      clockMs += milliseconds
    },
  }
}

/** A successful job's work is on the host as soon as anybody looks. */
function fakeHost(gitlab: FakeGitlab): FakeHost {
  const apps: FakeHost['apps'] = new Map([
    ['hello', { sha: null, status: 'running' }],
    ['review-fix', { sha: stagingSha, status: 'running' }],
  ])
  const databases = new Set(['review-fix-database'])
  const settle = () => {
    const stopped = gitlab.jobs.some(({ name, status }) => name === 'stop_review' && status === 'success')
    if (stopped) {
      apps.delete('review-fix')
      databases.delete('review-fix-database')
    }
  }
  const dokku = {
    host: 'review',
    appExists: async (app: string) => {
      settle()
      return apps.has(app)
    },
    serviceExists: async (_plugin: string, name: string) => {
      settle()
      return databases.has(name)
    },
    deployedSha: async (app: string) => apps.get(app)?.sha ?? lastDeployed(gitlab),
    processReport: async (app: string) => ({
      deployed: true,
      running: 'true',
      restore: true,
      processes: [{ type: 'web', index: 1, status: apps.get(app)?.status ?? 'missing' }],
    }),
  } as unknown as Dokku
  return { dokku, apps, databases }
}

const lastDeployed = (gitlab: FakeGitlab): string =>
  gitlab.jobs.findLast(({ name, status }) => name === 'production' && status === 'success')?.sha ?? productionSha

/** What sync would have written: the project, the lane that its page shows, and the host's apps. */
export async function seedBoard(db: Database): Promise<void> {
  const observedAt = new Date('2026-11-23T09:59:00Z')
  await db.project.create({
    data: { id: 42, pathWithNamespace: 'hello/hello-app', name: 'Hello', webUrl: 'https://git/hello', observedAt },
  })
  await db.boardSummary.create({
    data: {
      projectId: 42,
      decidedAt: observedAt,
      value: { lane: { links: [{ fromEnvironmentId: 1, toEnvironmentId: 2 }] } },
    },
  })
  await db.dokkuHost.create({ data: { name: 'review', address: 'dokku.test', port: 22, plugins: ['postgres'] } })
  await db.dokkuApp.create({ data: { host: 'review', name: 'review-fix', observedAt, domains: [] } })
}
