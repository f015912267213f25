import { join } from 'node:path'
import { emptyProject, recordMergeRequest } from '../seed/past.ts'
import { type PastReviewApp, recordReviewApps } from '../seed/past-review-apps.ts'
import { stop, stopExpired } from './environment-actions.ts'
import type { Fault } from './faults.ts'
import { happened } from './happening.ts'
import { changeHook, changeHookRules, eventsOf, replay } from './hook-control.ts'
import { emptyLedger, type Ledger } from './ledger.ts'
import { userOf } from './oauth-grants.ts'
import { dropBranch, merge, push, pushBranches } from './push.ts'
import type { RateLimit } from './rate-limit.ts'
import { ok, Refusal, type Reply } from './reply.ts'
import { createRepository } from './repository.ts'
import { blankVariable, type Variable } from './wiring.ts'
import { wiringDoors } from './wiring-control.ts'
import { type MergeRequest, type Project, projectByPath, type User, userNamed, type World } from './world.ts'

/** What the control doors can reach. */
export interface Controls {
  world: World
  faults: Fault[]
  ledger: Ledger
  rateLimit: RateLimit
}

type Body = Record<string, unknown>

const text = (body: Body, name: string): string => {
  const value = body[name]
  if (typeof value !== 'string') throw new Refusal(400, { error: `${name} is missing` })
  return value
}

const count = (body: Body, name: string, fallback: number): number => {
  const value = Number(body[name] ?? fallback)
  if (!Number.isFinite(value)) throw new Refusal(400, { error: `${name} is invalid` })
  return value
}

function projectIn({ world }: Controls, body: Body): Project {
  return projectByPath(world, text(body, 'project'))
}

function personIn({ world }: Controls, body: Body): User {
  return typeof body.username === 'string' ? userNamed(world, body.username) : (world.users[1] as User)
}

function mergeRequestIn(controls: Controls, body: Body): { project: Project; mergeRequest: MergeRequest } {
  const project = projectIn(controls, body)
  const mergeRequest = project.mergeRequests.find(({ iid }) => iid === Number(body.iid))
  if (!mergeRequest) throw new Refusal(404, { error: 'no such merge request' })
  return { project, mergeRequest }
}

/** A project that somebody has just pushed for the first time, with a `.gitlab-ci.yml` that is really run. */
async function beginProject({ world }: Controls, body: Body): Promise<{ id: number; sha: string }> {
  const path = text(body, 'path')
  const repository = join(world.dir, 'repositories', `${path.replaceAll('/', '-')}.git`)
  const id = Math.max(0, ...world.projects.keys()) + 1
  const project: Project = {
    ...emptyProject(id, { path, description: '', createdAt: new Date() }),
    repository,
    runsOwnPipeline: true,
  }
  project.wiring.variables = ((body.variables ?? []) as Variable[]).map((given) => ({ ...blankVariable, ...given }))
  await createRepository(repository)
  world.projects.set(id, project)
  world.members[path] = { hanako: 40, kenta: 30 }
  const user = userNamed(world, 'hanako')
  const { sha } = await push(world, project, {
    branch: project.defaultBranch,
    message: 'Initial commit',
    files: (body.files ?? {}) as Record<string, string>,
    user,
  })
  return { id, sha }
}

type Door = (controls: Controls, body: Body) => Reply | Promise<Reply>

const doors: Record<string, Door> = {
  ...wiringDoors,
  'POST /faults': ({ faults }, body) => {
    faults.push({ ...body, match: text(body, 'match') })
    return ok(faults)
  },
  'DELETE /faults': ({ faults }) => {
    faults.length = 0
    return ok(faults)
  },
  'GET /requests': ({ ledger }) => ok(ledger),
  'DELETE /requests': ({ ledger }) => ok(Object.assign(ledger, emptyLedger())),
  'POST /rate-limit': ({ rateLimit }, body) => {
    rateLimit.perMinute = count(body, 'perMinute', rateLimit.perMinute)
    rateLimit.observed.clear()
    return ok({ perMinute: rateLimit.perMinute })
  },
  'POST /speed': ({ world }, body) => {
    world.jobMs = count(body, 'jobMs', world.jobMs)
    return ok({ jobMs: world.jobMs })
  },
  'POST /projects': async (controls, body) => ok(await beginProject(controls, body)),
  'POST /push': async (controls, body) => {
    const { sha, pipeline } = await push(controls.world, projectIn(controls, body), {
      branch: text(body, 'branch'),
      message: text(body, 'message'),
      files: (body.files ?? {}) as Record<string, string | null>,
      user: personIn(controls, body),
      ...(typeof body.from === 'string' ? { from: body.from } : {}),
    })
    return ok({ sha, pipelineId: pipeline?.id ?? null })
  },
  'POST /branches/delete': async (controls, body) => {
    const project = projectIn(controls, body)
    const branch = text(body, 'branch')
    if (!project.branches.has(branch)) throw new Refusal(404, { error: 'no such branch' })
    await dropBranch(controls.world, project, branch)
    return ok({})
  },
  'POST /merge-requests/open': (controls, body) => {
    const project = projectIn(controls, body)
    const sourceBranch = text(body, 'branch')
    const mergeRequest = recordMergeRequest(controls.world, project, {
      title: typeof body.title === 'string' ? body.title : sourceBranch,
      sourceBranch,
      author: personIn(controls, body),
      sha: project.branches.get(sourceBranch) ?? null,
      createdAt: new Date(),
    })
    happened(project, { trigger: 'merge_requests_events', mergeRequest, action: 'open', user: mergeRequest.author })
    return ok({ iid: mergeRequest.iid })
  },
  'POST /merge-requests/merge': async (controls, body) => {
    const { project, mergeRequest } = mergeRequestIn(controls, body)
    await merge(controls.world, project, mergeRequest, personIn(controls, body))
    return ok({ mergeCommitSha: mergeRequest.mergeCommitSha })
  },
  'POST /merge-requests/close': (controls, body) => {
    const { project, mergeRequest } = mergeRequestIn(controls, body)
    const at = new Date()
    Object.assign(mergeRequest, { state: 'closed', closedAt: at, updatedAt: at })
    happened(project, {
      trigger: 'merge_requests_events',
      mergeRequest,
      action: 'close',
      user: personIn(controls, body),
    })
    return ok({})
  },
  'POST /merge-requests/label': (controls, body) => {
    const { mergeRequest } = mergeRequestIn(controls, body)
    Object.assign(mergeRequest, { labels: body.labels, updatedAt: new Date() })
    return ok({})
  },
  'POST /review-apps': async (controls, body) => {
    const author = personIn(controls, body)
    const reviewApps = (body.reviewApps as Omit<PastReviewApp, 'author'>[]).map((past) => ({ ...past, author }))
    return ok(await recordReviewApps(controls.world, projectIn(controls, body), reviewApps, { asOf: new Date() }))
  },
  'POST /jobs/fail': ({ world }, body) => {
    world.failing.set(text(body, 'name'), count(body, 'times', 1))
    return ok(Object.fromEntries(world.failing))
  },
  'POST /environments/stop': (controls, body) => {
    const project = projectIn(controls, body)
    const environment = [...project.environments.values()].find(({ name }) => name === body.name)
    if (!environment) throw new Refusal(404, { error: 'no such environment' })
    stop(controls.world, project, environment, { force: body.force === true, user: personIn(controls, body) })
    return ok({ state: environment.state })
  },
  'POST /branches/push': async (controls, body) => {
    const names = (Array.isArray(body.branches) ? body.branches : []).map(String)
    return ok({ sha: await pushBranches(projectIn(controls, body), names, personIn(controls, body)) })
  },
  'GET /hooks/events': ({ world }) => ok(eventsOf(world)),
  'POST /hooks/rules': ({ world }, body) => ok(changeHookRules(world, body)),
  'POST /hooks/change': (controls, body) => ok(changeHook(projectIn(controls, body), body)),
  'POST /hooks/replay': async (controls, body) => ok(await replay(controls.world, projectIn(controls, body), body)),
  'POST /oauth/redirects': ({ world }, body) => {
    for (const client of world.oauth.clients) client.redirectUris.push(text(body, 'uri'))
    return ok({})
  },
  'POST /oauth/expire': (controls, body) => {
    const { id } = personIn(controls, body)
    for (const grant of controls.world.oauth.grants.values()) if (grant.userId === id) grant.expiresAt = new Date()
    return ok({})
  },
  'POST /oauth/revoke-all': (controls, body) => {
    const { grants } = controls.world.oauth
    const { id } = personIn(controls, body)
    for (const grant of [...grants.values()]) if (grant.userId === id) grants.delete(grant.accessToken)
    return ok({})
  },
  'GET /oauth/grants': ({ world }) => {
    const alive = [...world.oauth.grants.values()].filter(({ expiresAt }) => expiresAt > new Date())
    const byUser = Object.groupBy(alive, (grant) => userOf(world, grant).username)
    return ok(Object.fromEntries(Object.entries(byUser).map(([username, grants]) => [username, grants?.length])))
  },
  'GET /oauth/refreshes': ({ world }) => ok(Object.fromEntries(world.oauth.refreshes)),
  'POST /members': ({ world }, body) => {
    const { path } = projectByPath(world, text(body, 'project'))
    world.members[path] = { ...world.members[path], [text(body, 'username')]: count(body, 'level', 0) }
    return ok(world.members[path])
  },
  'POST /production': (controls, body) => {
    const { production } = projectIn(controls, body)
    if (body.by === 'job' || body.by === 'tag') production.by = body.by
    if (typeof body.byForce === 'boolean') production.byForce = body.byForce
    if (Array.isArray(body.environments)) production.environments = body.environments.map(String)
    return ok(production)
  },
  'POST /environments/expire': ({ world }, body) => {
    stopExpired(world, typeof body.at === 'string' ? new Date(body.at) : new Date())
    return ok({})
  },
}

/** Opens a control door; the path is what follows `/__control`. */
export function control(
  controls: Controls,
  { method, path, body }: { method: string; path: string; body: Body },
): Reply | Promise<Reply> {
  const door = doors[`${method} ${path}`]
  if (!door) throw new Refusal(404, { error: `no such control; there are ${Object.keys(doors).join(', ')}` })
  return door(controls, body)
}
