import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { authenticate, requireScope } from './authentication.ts'
import { readBody } from './body.ts'
import { branchRoutes } from './branches.ts'
import { commitRoutes } from './commits.ts'
import { compareRoutes } from './compare.ts'
import { type Controls, control } from './control.ts'
import { deploymentRoutes } from './deployments.ts'
import { stopExpired } from './environment-actions.ts'
import { environmentRoutes } from './environments.ts'
import { type Fault, strike } from './faults.ts'
import { fileRoutes } from './files.ts'
import { freezePeriodRoutes } from './freeze-periods.ts'
import { callHooksOf, stopCalling } from './hook-calls.ts'
import { hookRoutes } from './hooks.ts'
import { jobRoutes } from './jobs.ts'
import { emptyLedger, enter } from './ledger.ts'
import { lintRoutes } from './lint-routes.ts'
import { mergeRequestRoutes } from './merge-requests.ts'
import { answerWeb, isWebPage } from './oauth.ts'
import { ownTokenRoutes } from './own-token.ts'
import { pause } from './pause.ts'
import { stopRunning } from './pipeline-run.ts'
import { pipelineRoutes } from './pipelines.ts'
import { projectRoutes } from './projects.ts'
import { protectedBranchRoutes } from './protected-branches.ts'
import { protectedTagRoutes } from './protected-tags.ts'
import { countRequest, tooMany } from './rate-limit.ts'
import { Refusal, type Reply } from './reply.ts'
import { requireRouteLevel } from './route-levels.ts'
import { match, routes } from './router.ts'
import { runnerRoutes } from './runners.ts'
import { send } from './send.ts'
import { tagRoutes } from './tags.ts'
import { userRoutes } from './users.ts'
import { variableRoutes } from './variables.ts'
import type { World } from './world.ts'

const table = routes(
  userRoutes,
  projectRoutes,
  branchRoutes,
  commitRoutes,
  compareRoutes,
  tagRoutes,
  protectedTagRoutes,
  protectedBranchRoutes,
  variableRoutes,
  runnerRoutes,
  ownTokenRoutes,
  freezePeriodRoutes,
  fileRoutes,
  lintRoutes,
  mergeRequestRoutes,
  pipelineRoutes,
  jobRoutes,
  environmentRoutes,
  deploymentRoutes,
  hookRoutes,
)

const htmlPage = (status: number, words: string): Reply => ({
  status,
  body: `<!DOCTYPE html>\n<html><head><title>${words} (${status})</title></head><body><h1>${status}</h1><p>${words}</p></body></html>\n`,
  headers: { 'content-type': 'text/html; charset=utf-8' },
})

function faultReply(fault: Fault): Reply | null {
  if (fault.status === undefined) return null
  if (fault.html) return htmlPage(fault.status, 'Whoops, something went wrong on our end.')
  if (fault.status !== 429) return { status: fault.status, body: { message: `${fault.status} Internal Server Error` } }
  return fault.json
    ? { status: 429, body: { message: { error: 'This endpoint has been requested too many times. Try again later.' } } }
    : tooMany(fault.retryAfterSeconds ?? 1)
}

/** A clock that is right needs no header of its own. */
const clockOf = ({ clockSeconds }: World): Record<string, string> =>
  clockSeconds === 0 ? {} : { date: new Date(Date.now() + clockSeconds * 1000).toUTCString() }

/** An API answer, with the name of the route it came by. */
async function answer(
  controls: Controls,
  incoming: IncomingMessage,
  url: URL,
  path: string,
): Promise<{ reply: Reply; route: string }> {
  const method = incoming.method ?? 'GET'
  const found = match(table, method, path)
  const route = found?.route.name ?? `${method} (no route)`
  let headers: Record<string, string> = {}
  try {
    const { secret, token } = authenticate(controls.world, incoming)
    const counted = countRequest(controls.rateLimit, secret)
    headers = { ...clockOf(controls.world), ...counted.headers }
    if (counted.refusal) throw Object.assign(new Refusal(429, ''), { reply: counted.refusal })
    requireScope(token, method, path)
    if (!found) throw new Refusal(404, { error: '404 Not Found' })
    const request = {
      method,
      path,
      params: found.params,
      query: url.searchParams,
      body: await readBody(incoming),
      world: controls.world,
      user: token.user,
      token,
    }
    requireRouteLevel(request, found.route.name)
    const reply = await found.route.handler(request)
    return { reply: { ...reply, headers: { ...headers, ...reply.headers } }, route }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return { reply: { ...error.reply, headers: { ...headers, ...error.reply.headers } }, route }
  }
}

async function serve(controls: Controls, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  const method = incoming.method ?? 'GET'
  const url = new URL(incoming.url ?? '/', controls.world.url)
  if (url.pathname.startsWith('/__control/')) {
    const path = url.pathname.slice('/__control'.length)
    return send(incoming, response, await control(controls, { method, path, body: await readBody(incoming) }))
  }
  if (isWebPage(method, url.pathname)) {
    const body = await readBody(incoming)
    return send(incoming, response, answerWeb({ incoming, method, url, body, world: controls.world }))
  }
  if (!url.pathname.startsWith('/api/v4/')) return send(incoming, response, toSignIn)

  const path = url.pathname.slice('/api/v4'.length)
  const fault = strike(controls.faults, method, path)
  if (fault?.refuse) return void incoming.socket.destroy()
  if (fault?.hang) return
  const struck = fault && faultReply(fault)
  const { reply, route } = struck
    ? { reply: struck, route: match(table, method, path)?.route.name ?? `${method} (no route)` }
    : await answer(controls, incoming, url, path)
  enter(controls.ledger, route, { method, path, status: reply.status })
  // The work is done, only the answer is late: whoever hangs up meanwhile has asked nevertheless.
  if (fault?.delayMs) await pause(fault.delayMs)
  send(incoming, response, reply)
}

/** Everything else asks a stranger to sign in, as a private GitLab does. */
const toSignIn: Reply = { status: 302, body: '', headers: { location: '/users/sign_in' } }

export interface GitlabHandle {
  url: string
  world: World
  stop(): Promise<void>
}

/** Serves a world on 127.0.0.1; port 0 takes a free one. The world's `url` is set to where it can be reached. */
export async function startGitlab(world: World, port = 0): Promise<GitlabHandle> {
  const controls: Controls = {
    world,
    faults: [],
    ledger: emptyLedger(),
    rateLimit: { perMinute: 2000, observed: new Map() },
  }
  const server = createServer((incoming, response) => {
    serve(controls, incoming, response).catch((error: unknown) => {
      if (error instanceof Refusal) return send(incoming, response, error.reply)
      console.error(error)
      send(incoming, response, { status: 500, body: { message: '500 Internal Server Error' } })
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  world.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  for (const project of world.projects.values()) callHooksOf(world, project)
  const hourly = setInterval(() => stopExpired(world, new Date()), 3_600_000)
  return {
    url: world.url,
    world,
    async stop() {
      clearInterval(hourly)
      stopRunning(world)
      stopCalling(world)
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
