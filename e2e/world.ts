import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { expect } from '@playwright/test'
import type { Instance } from './instance.ts'

/** What GitLab, Dokku and the deployed apps say themselves, asked beside Berth. */

/** GitLab's numbers of the projects that the stand-ins are seeded with. */
export const projects = { helloApp: 42, handbook: 43, helloHeroku: 44, monolith: 1001 }

export interface Deployment {
  iid: number
  sha: string
  ref: string
  status: string
  deployable: { id: number; name: string; status: string } | null
}

export interface Environment {
  id: number
  name: string
  slug: string
  state: string
}

/** A request to GitLab's API, a question unless said; the path is what follows `/api/v4`. */
export async function gitlab<Answer>(
  { standIns }: Instance,
  path: string,
  method = 'GET',
  body?: Record<string, unknown>,
): Promise<Answer> {
  const headers = { authorization: `Bearer ${standIns.gitlabToken}`, 'content-type': 'application/json' }
  const response = await fetch(`${standIns.gitlabUrl}/api/v4${path}`, {
    method,
    headers,
    ...(body && { body: JSON.stringify(body) }),
  })
  if (!response.ok) throw new Error(`GitLab answers ${response.status} to ${path}: ${await response.text()}`)
  return (response.status === 204 ? undefined : await response.json()) as Answer
}

/** Opens a control door, such as `POST /push`: what `e2e/stand-ins/README.md` lists. */
export async function control<Answer>(
  { standIns }: Instance,
  server: 'gitlab' | 'review' | 'production' | 'heroku',
  door: string,
  body?: Record<string, unknown>,
): Promise<Answer> {
  const [method = '', path = ''] = door.split(' ')
  const response = await fetch(`${standIns.control[server]}/__control${path}`, {
    method,
    ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  })
  if (!response.ok) throw new Error(`${server} answers ${response.status} to ${door}: ${await response.text()}`)
  return (await response.json()) as Answer
}

/** Newest first. */
export function deployments(instance: Instance, projectId: number, environment: string): Promise<Deployment[]> {
  const query = `environment=${encodeURIComponent(environment)}&order_by=iid&sort=desc&per_page=100`
  return gitlab(instance, `/projects/${projectId}/deployments?${query}`)
}

/** The commit that GitLab deployed last with success. */
export async function deployedSha(instance: Instance, projectId: number, environment: string): Promise<string> {
  const found = (await deployments(instance, projectId, environment)).find(({ status }) => status === 'success')
  if (!found) throw new Error(`Nothing was deployed to ${environment}.`)
  return found.sha
}

export async function environmentNamed(instance: Instance, projectId: number, name: string): Promise<Environment> {
  const query = `name=${encodeURIComponent(name)}`
  const [found] = await gitlab<Environment[]>(instance, `/projects/${projectId}/environments?${query}`)
  if (!found) throw new Error(`GitLab has no environment ${name}.`)
  return found
}

/** The review app of a branch: what GitLab calls the environment is what Dokku calls the app. */
export async function reviewAppOf(instance: Instance, branch: string): Promise<string> {
  return (await environmentNamed(instance, projects.helloApp, `review/${branch}`)).slug
}

/** As somebody does by hand on the host: Berth hears of it from Dokku alone. */
export async function destroyReviewApp(instance: Instance, branch: string): Promise<void> {
  await control(instance, 'review', 'POST /apps/destroy', { app: await reviewAppOf(instance, branch) })
}

/** How often GitLab was asked to start a job. */
export async function plays(instance: Instance): Promise<number> {
  const { byRoute } = await control<{ byRoute: Record<string, number> }>(instance, 'gitlab', 'GET /requests')
  return Object.entries(byRoute)
    .filter(([route]) => /^POST .*\/(play|retry)$/.test(route))
    .reduce((sum, [, count]) => sum + count, 0)
}

/** What a Dokku host has. */
export async function onDokku(
  instance: Instance,
  host: 'review' | 'production',
): Promise<{ apps: string[]; databases: string[] }> {
  interface Named {
    name: string
  }
  const { apps, services } = await control<{ apps: Named[]; services: Named[] }>(instance, host, 'GET /state')
  return { apps: apps.map(({ name }) => name), databases: services.map(({ name }) => name) }
}

/** What a visitor of a deployed app gets, and the commit that answers. `null` when the proxy hangs up: it has no such app. */
export async function visit(
  { standIns }: Instance,
  host: 'review' | 'production',
  app: string,
): Promise<{ status: number | null; sha: string | undefined }> {
  const { port } = new URL(standIns.control[host])
  // The name must reach the host; not every machine resolves it to loopback.
  const request = get({ host: '127.0.0.1', port, headers: { host: `${app}.localhost:${port}` } })
  const response = await once(request, 'response').then(
    ([answered]) => answered as IncomingMessage,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNRESET') return null
      throw error
    },
  )
  if (!response) return { status: null, sha: undefined }
  response.resume()
  return { status: response.statusCode ?? 0, sha: response.headers['x-berth-sha']?.toString() }
}

/**
 * Pushes to the default branch and waits until staging runs it and production's job waits for a click, or those of several
 * productions, or none where tags are the way; answers the commit.
 */
export async function pushToStaging(
  instance: Instance,
  project: string,
  message: string,
  { waiting = 1 }: { waiting?: number } = {},
): Promise<string> {
  const { sha } = await control<{ sha: string }>(instance, 'gitlab', 'POST /push', {
    project,
    branch: 'master',
    message,
    files: { 'notes.txt': message },
  })
  const encoded = encodeURIComponent(project)
  const query = `order_by=iid&sort=desc&per_page=10`
  await expect
    .poll(async () => {
      const found = await gitlab<Deployment[]>(instance, `/projects/${encoded}/deployments?${query}`)
      return found.filter((deployment) => deployment.sha === sha).map(({ status }) => status)
    })
    .toEqual([...Array.from({ length: waiting }, () => 'blocked'), 'success'])
  return sha
}

/** Waits until Berth has seen staging and found nothing that it would hold against a promotion. */
export async function expectStagingWell(
  { url }: Instance,
  { token, projectId }: { token: string; projectId: number },
): Promise<void> {
  interface Board {
    summary: { lane: { staging: { dokku: { health: string }; findings: unknown[] }[] } }
  }
  const ask = async () => {
    const headers = { authorization: `Bearer ${token}` }
    const response = await fetch(`${url}/api/v1/projects/${projectId}/board`, { headers })
    return ((await response.json()) as Board).summary.lane.staging[0]
  }
  await expect.poll(ask, { timeout: 60_000 }).toMatchObject({ dokku: { health: 'ok' }, findings: [] })
}

/** A review app that somebody forgot: what is left of it and where. */
export interface Leak {
  branch: string
  environmentId: number
  app: string
  database: string
  /** `stopped` in GitLab with all of it still on Dokku; its database alone; or merged with its branch kept, and up. */
  kind: 'stopped' | 'database' | 'merged'
}

/**
 * Makes so many leaks in `hello/hello-app`, as they come about in weeks, in a few seconds: every fifth is a merged branch
 * that GitLab still has an available environment for, every tenth is a database whose app is gone, all others are stopped.
 * `first` is the number of the first: each is made once.
 */
export async function makeLeaks(
  instance: Instance,
  { count, first = 1 }: { count: number; first?: number },
): Promise<Leak[]> {
  const kinds = Array.from({ length: count }, (_, index): Leak['kind'] =>
    index % 10 === 9 ? 'database' : index % 5 === 2 ? 'merged' : 'stopped',
  )
  const reviewed = await reviewedApps(
    instance,
    kinds.map((kind, index) => ({
      branch: `leak/number-${String(first + index).padStart(3, '0')}`,
      title: `Leak ${first + index}`,
      minutesAgo: (20 + index) * 24 * 60,
      became: kind === 'merged' ? 'merged' : 'stopped',
    })),
  )
  const leaks = reviewed.map(({ branch, environmentId, slug }, index) => {
    const kind = kinds[index] as Leak['kind']
    return { branch, environmentId, app: slug, database: `${slug}-database`, kind }
  })
  const databases = leaks.filter(({ kind }) => kind === 'database').map(({ database }) => database)
  await runOnDokku(
    instance,
    reviewed.filter((_, index) => kinds[index] !== 'database'),
    databases,
  )
  return leaks
}

/** A review app as GitLab tells its past, and what Dokku would have of it. */
export interface ReviewedApp {
  branch: string
  environmentId: number
  /** Name of the app. */
  slug: string
  sha: string
  repository: string
}

/** Review apps of `hello/hello-app` that were deployed some time ago, as far as GitLab knows. */
export const reviewedApps = (
  instance: Instance,
  reviewApps: { branch: string; title: string; minutesAgo: number; became: 'open' | 'merged' | 'stopped' }[],
): Promise<ReviewedApp[]> =>
  control(instance, 'gitlab', 'POST /review-apps', { project: 'hello/hello-app', reviewApps })

/** Lets Dokku have their apps with their databases, and these databases that have no app. */
export async function runOnDokku(
  instance: Instance,
  reviewed: readonly ReviewedApp[],
  databases: readonly string[] = [],
): Promise<void> {
  const apps = reviewed.map(({ slug, sha, repository, ...rest }) => ({
    ...rest,
    name: slug,
    sha,
    repo: repository,
    database: { name: `${slug}-database`, linked: true },
  }))
  await control(instance, 'review', 'POST /seed', { apps, databases })
}

/** Somebody takes up a branch again: pushes to it, opens a merge request, and its review app is deployed anew. */
export async function neededAgain(instance: Instance, branch: string): Promise<void> {
  const project = 'hello/hello-app'
  const environment = `review/${branch}`
  const from = await deployedSha(instance, projects.helloApp, environment)
  const { sha } = await control<{ sha: string }>(instance, 'gitlab', 'POST /push', {
    project,
    branch,
    from,
    message: `Go on with ${branch}`,
    files: { 'again.txt': `${branch}\n` },
  })
  await control(instance, 'gitlab', 'POST /merge-requests/open', { project, branch, title: `${branch}, again` })
  await expect.poll(() => deployedSha(instance, projects.helloApp, environment), { timeout: 30_000 }).toBe(sha)
}

/** How many of the tokens that somebody's sign-ins were given are alive at GitLab. */
export async function signInsAlive(instance: Instance, username: string): Promise<number> {
  return (await control<Record<string, number>>(instance, 'gitlab', 'GET /oauth/grants'))[username] ?? 0
}
