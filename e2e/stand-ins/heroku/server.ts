import { createHash, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { setTimeout as wait } from 'node:timers/promises'
import { type Controls, control } from './control.ts'
import { fullBucket, takeRequest } from './rate-limit.ts'
import { Refusal, type Reply } from './reply.ts'
import { routeOf } from './routes.ts'
import { type SeedApp, seedApps } from './seed.ts'
import { load, save } from './state-file.ts'
import { answerVisitor, appAt } from './web.ts'
import { emptyWorld, type World } from './world.ts'

export type { SeedApp } from './seed.ts'

export interface HerokuOptions {
  /** Keeps what is deployed. */
  dir: string
  key: string
  /** A free port when left out. */
  port?: number
  /** How long a build, a start of dynos and a release phase take each. */
  stepMs?: number
}

/** A Heroku: its Platform API at `url`, and its apps at `http://<web name>.localhost:<port>/`. */
export interface HerokuStandIn {
  readonly url: string
  readonly port: number
  seed(apps: SeedApp[]): void
  stop(): Promise<void>
}

export async function startHeroku(options: HerokuOptions): Promise<HerokuStandIn> {
  const world = emptyWorld({ dir: options.dir, key: options.key, stepMs: options.stepMs ?? 400 })
  load(world)
  const controls: Controls = {
    world,
    rateLimit: fullBucket(),
    trouble: { maintenance: false, refuse: false, keyRevoked: false },
    requests: [],
  }
  const server = createServer((request, response) => {
    serve(controls, request, response).catch((error: unknown) => {
      const refusal = error instanceof Refusal ? error : new Refusal(500, 'internal_server_error', String(error))
      send(request, response, refusal.reply)
    })
  })
  server.listen(options.port ?? 0, '127.0.0.1')
  await once(server, 'listening')
  world.port = (server.address() as AddressInfo).port
  const saving = setInterval(() => save(world), 2000)
  return {
    url: `http://127.0.0.1:${world.port}`,
    port: world.port,
    seed: (apps) => seedApps(world, apps),
    async stop() {
      clearInterval(saving)
      save(world)
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function serve(controls: Controls, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { world, trouble } = controls
  const visited = appAt(world, request)
  if (visited !== null) return answerVisitor(visited, response)
  const method = request.method ?? 'GET'
  const { pathname } = new URL(request.url ?? '/', 'http://127.0.0.1')
  const body = await buffer(request)
  if (pathname.startsWith('/__control/')) {
    return send(request, response, control(controls, method, pathname.slice('/__control'.length), jsonOf(body)))
  }
  if (pathname.startsWith('/source-blobs/')) return keepSource(world, pathname, body, response)
  if (pathname.startsWith('/streams/')) return stream(world, pathname, response)
  if (trouble.refuse) return void request.socket.destroy()
  controls.requests.push(`${method} ${pathname}`)
  send(request, response, answer(controls, request, { method, pathname, body }))
}

/** An answer of the API: every one that was counted says how many requests the account has left. */
function answer(
  { world, trouble, rateLimit }: Controls,
  request: IncomingMessage,
  { method, pathname, body }: { method: string; pathname: string; body: Buffer },
): Reply {
  if (trouble.maintenance) {
    throw new Refusal(503, 'maintenance', 'The API is down for maintenance. Please try again later.')
  }
  if (!/version=3\b/.test(request.headers.accept ?? '')) {
    throw new Refusal(400, 'invalid_version', 'Please name a version of the API in the Accept header.')
  }
  if (trouble.keyRevoked || request.headers.authorization !== `Bearer ${world.account.key}`) {
    throw new Refusal(401, 'unauthorized', 'Invalid credentials provided.')
  }
  const left = takeRequest(rateLimit)
  const headers = { 'ratelimit-remaining': String(left), 'request-id': randomUUID() }
  try {
    const { route, params } = routeOf(method, pathname)
    const reply = route({ world, params, range: request.headers.range, body: jsonOf(body) })
    return { ...reply, headers: { ...headers, ...reply.headers } }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return { ...error.reply, headers }
  }
}

/** Where `PUT` leaves the archive that a build is then asked for by the same address. */
function keepSource(world: World, pathname: string, body: Buffer, response: ServerResponse): void {
  world.sources.set(pathname.split('/').at(-1) as string, body)
  response.writeHead(200).end()
}

/** A build's output while it goes on; whoever reads it to its end has seen the build end. */
async function stream(world: World, pathname: string, response: ServerResponse): Promise<void> {
  const id = pathname.split('/').at(-1)
  const build = [...world.apps.values()].flatMap(({ builds }) => builds).find((candidate) => candidate.id === id)
  response.writeHead(build ? 200 : 404, { 'content-type': 'text/plain' })
  let told = 0
  while (build && !response.destroyed) {
    const ended = build.status !== 'pending'
    response.write(build.output.slice(told))
    told = build.output.length
    if (ended) break
    await wait(50)
  }
  response.end()
}

/** Writes an answer; a GET gets an ETag, and 304 when the asker has it already. */
function send(request: IncomingMessage, response: ServerResponse, { status, json, headers = {} }: Reply): void {
  const text = JSON.stringify(json)
  const etag = `"${createHash('md5').update(text).digest('hex')}"`
  if (request.method === 'GET' && status === 200 && request.headers['if-none-match'] === etag) {
    response.writeHead(304, { ...headers, etag }).end()
    return
  }
  const isRead = request.method === 'GET' && status < 300
  response.writeHead(status, { 'content-type': 'application/json', ...headers, ...(isRead && { etag }) })
  response.end(text)
}

function jsonOf(body: Buffer): Record<string, unknown> {
  if (body.length === 0) return {}
  try {
    return JSON.parse(body.toString())
  } catch {
    throw new Refusal(400, 'bad_request', 'Unable to parse the JSON of the request.')
  }
}
