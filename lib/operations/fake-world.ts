import type { Database } from '#lib/db/client.ts'
import type { Dokku } from '#lib/dokku/index.ts'
import { type Actor, everywhere, type Role } from '#lib/domain/access.ts'
import { BerthError } from '#lib/domain/errors.ts'
import { defaultMapping } from '#lib/domain/mapping.ts'
import { createSeal } from '#lib/seal.ts'
import type { Context, World } from '../context.ts'
import { type FakeGitlab, fakeDeployment, fakeEnvironment, fakeGitlab, fakeJob } from './fake-gitlab.ts'
import { signInEnded } from './gitlab-token.ts'

export const stagingSha = 'a'.repeat(40)
export const productionSha = 'b'.repeat(40)

export const operator: Actor = {
  kind: 'operator',
  name: 'operator',
  via: 'page',
  personId: null,
  access: everywhere('maintainer'),
}
export const onlooker: Actor = { ...operator, access: everywhere('reporter') }

/** Somebody who signed in with GitLab; `null` has no project at all. */
export const member = (role: Role | null, { name = role ?? 'stranger', projectId = 42 } = {}): Actor => ({
  kind: 'person',
  name,
  via: 'page',
  personId: null,
  access: { everywhere: null, projects: new Map(role === null ? [] : [[projectId, role]]) },
})

export interface FakeApp {
  sha: string | null
  status: 'running' | 'restarting'
  locked?: boolean
  deployed?: boolean
  /** Absent: one `web`. */
  scale?: Record<string, number>
}

/** Tests' Dokku host: what is there, and what an app runs. */
export interface FakeHost {
  dokku: Dokku
  apps: Map<string, FakeApp>
  databases: Set<string>
  /** By database: the apps that it is linked to. Absent: to the app of its name, while that is there. */
  links: Map<string, string[]>
  /** Everything that was asked to change: `restart hello`, `destroy app review-fix`. */
  changes: string[]
  /** Errors for the next calls of a method about this app or database, first to last; `done` when it was carried out all the same. */
  failures: { method: string; name?: string; error: Error; done?: boolean }[]
  /** It answers nothing while this is set. */
  silent: boolean
}

export interface FakeWorld {
  ctx: Context
  world: World
  gitlab: FakeGitlab
  /** As whom GitLab was asked to change something; `null` is Berth itself. */
  actedAs: (string | null)[]
  /** People whose sign-in with GitLab has ended. */
  ended: Set<string>
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
  const actedAs: FakeWorld['actedAs'] = []
  const ended: FakeWorld['ended'] = new Set()
  let clockMs = Date.parse('2026-11-23T10:00:00Z')
  const world: World = {
    db,
    gitlab,
    async gitlabAs(personId) {
      if (personId !== null && ended.has(personId)) throw signInEnded(personId)
      actedAs.push(personId)
      return gitlab
    },
    dokku: new Map([['review', host.dokku]]),
    heroku: null,
    limits: { mostApps: null, probeSeconds: 300 },
    url: 'https://berth.test',
    seal: createSeal('a secret of at least 32 characters'),
    notifier: { hasMail: true, send: async () => ({ status: 'sent', words: 'chat.test answered 200: ok.' }) },
    mappingOf: () => ({ ...defaultMapping, named: { production: { host: 'review', app: 'hello' } } }),
    now: () => new Date(clockMs),
  }
  return {
    world,
    ctx: { ...world, actor },
    gitlab,
    actedAs,
    ended,
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
  const host: Omit<FakeHost, 'dokku'> = { apps, databases, links: new Map(), changes: [], failures: [], silent: false }
  const scaleOf = (app: string) => apps.get(app)?.scale ?? { web: 1 }
  const linksOf = (name: string) =>
    host.links.get(name) ?? [name.replace(/-database$/, '')].filter((app) => apps.has(app))
  const calls = {
    look: async () => ({
      version: '0.38.27',
      servicePlugins: ['postgres'],
      berthPlugin: null,
      apps: [...apps].map(([name, { locked = false }]) => ({
        name,
        createdAt: null,
        locked,
        deployedSha: null,
        sourceImage: null,
        deployedAt: null,
      })),
      services: [...databases].map((name) => ({ plugin: 'postgres', name })),
    }),
    appExists: async (app: string) => apps.has(app),
    serviceExists: async (_plugin: string, name: string) => databases.has(name),
    service: async (plugin: string, name: string) => ({
      plugin,
      name,
      status: 'running',
      version: '17.5',
      links: linksOf(name),
      sizeBytes: null,
    }),
    deployedSha: async (app: string) => apps.get(app)?.sha ?? lastDeployed(gitlab),
    scaleOf: async (app: string) => ({ ...scaleOf(app) }),
    processReport: async (app: string) => ({
      deployed: apps.get(app)?.deployed ?? true,
      running: 'true',
      restore: true,
      processes: Object.entries(scaleOf(app)).flatMap(([type, count]) =>
        Array.from({ length: count }, (_, at) => ({ type, index: at + 1, status: apps.get(app)?.status ?? 'missing' })),
      ),
    }),
  }
  const changes = {
    restart: async (app: string) => void host.changes.push(`restart ${app}`),
    rebuild: async (app: string) => void host.changes.push(`rebuild ${app}`),
    scale: async (app: string, counts: Record<string, number>) => {
      host.changes.push(`scale ${app} ${JSON.stringify(counts)}`)
      const scaled = apps.get(app)
      if (scaled) scaled.scale = { ...scaleOf(app), ...counts }
    },
    unlock: async (app: string) => {
      host.changes.push(`unlock ${app}`)
      const locked = apps.get(app)
      if (locked) locked.locked = false
    },
    destroyApp: async (app: string) => {
      host.changes.push(`destroy app ${app}`)
      return apps.delete(app)
    },
    destroyService: async (_plugin: string, name: string) => {
      if (linksOf(name).length > 0) throw new BerthError('refused', 'dokku', 'Cannot delete linked service')
      host.changes.push(`destroy database ${name}`)
      return databases.delete(name)
    },
  }
  const asked = Object.entries({ ...calls, ...changes }).map(([method, call]) => [
    method,
    async (...input: never[]) => {
      if (host.silent) throw new BerthError('unavailable', 'dokku', 'Dokku host review does not answer.')
      settle()
      const planned = host.failures.findIndex(
        (failure) => failure.method === method && (!failure.name || input.some((given) => given === failure.name)),
      )
      const failure = planned < 0 ? undefined : host.failures.splice(planned, 1)[0]
      if (failure && !failure.done) throw failure.error
      const answer = await (call as (...given: never[]) => unknown)(...input)
      if (failure) throw failure.error
      return answer
    },
  ])
  return Object.assign(host, { dokku: { host: 'review', ...Object.fromEntries(asked) } as unknown as Dokku })
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
      value: {
        lane: {
          staging: [{ environment: { id: 1 }, findings: [], dokku: { health: 'ok' } }],
          links: [{ fromEnvironmentId: 1, toEnvironmentId: 2 }],
        },
      },
    },
  })
  await db.dokkuHost.create({ data: { name: 'review', address: 'dokku.test', port: 22, plugins: ['postgres'] } })
  await db.dokkuApp.create({ data: { host: 'review', name: 'review-fix', observedAt, domains: [] } })
}
