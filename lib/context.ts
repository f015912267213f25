import { readFileSync } from 'node:fs'
import { connect, type Database } from './db/client.ts'
import { sharedBudget } from './db/request-budget.ts'
import { createDokku, type Dokku } from './dokku/index.ts'
import type { Actor } from './domain/access.ts'
import { BerthError } from './domain/errors.ts'
import { defaultMapping, type Mapping } from './domain/mapping.ts'
import { type Env, readEnv } from './env.ts'
import { createGitlab, type Gitlab } from './gitlab/index.ts'
import { provesSameOrigin } from './operations/same-origin.ts'
import { apiTokenOf, sessionOf } from './operations/session.ts'
import { createSeal, type Seal } from './seal.ts'

/** What Berth itself needs, whoever asks. */
export interface World {
  db: Database
  gitlab: Gitlab
  /** By host name, in the configured order. */
  dokku: ReadonlyMap<string, Dokku>
  mappingOf(pathWithNamespace: string): Mapping
  limits: Limits
  /** Closes what is stored of other systems' secrets. */
  seal: Seal
  now(): Date
}

/** What the rules must be told of the installation. */
export interface Limits {
  /** How many apps a Dokku host has room for; `null` when nobody said. */
  mostApps: number | null
  /** How often an ordinary review app's URL is asked. */
  probeSeconds: number
}

/** What every door needs: the world, and who asks. */
export interface Context extends World {
  actor: Actor
}

/** One running Berth: its world and its settings. */
export interface Instance {
  world: World
  env: Env
  databaseUrl: string
}

/** Sync leaves a tenth of GitLab's budget to people's clicks, which wait less long for it. */
const budgets = {
  sync: { share: 0.9, maxWaitMs: 60_000 },
  people: { share: 1, maxWaitMs: 10_000 },
}

/** Assembles the world for what people ask. Opens no connection yet. */
export function createWorld(env: Env): World {
  const db = connect(databaseUrlOf(env))
  const privateKey = env.BERTH_DOKKU_KEY_FILE === null ? null : readFileSync(env.BERTH_DOKKU_KEY_FILE, 'utf8')
  return {
    db,
    gitlab: gitlabWithin(budgets.people, db, env),
    dokku: new Map(env.BERTH_DOKKU_HOSTS.map((host) => [host.name, createDokku(host, { privateKey })])),
    mappingOf: (pathWithNamespace) => mappingFrom(env, pathWithNamespace),
    limits: { mostApps: env.BERTH_DOKKU_MOST_APPS, probeSeconds: env.BERTH_PROBE_SECONDS },
    seal: createSeal(required(env.BERTH_SECRET, 'BERTH_SECRET'), env.BERTH_SECRET_PREVIOUS),
    now: () => new Date(),
  }
}

/** The same world for observing, which leaves the last of GitLab's budget to people. */
export function syncWorld(world: World, env: Env): World {
  return { ...world, gitlab: gitlabWithin(budgets.sync, world.db, env) }
}

function gitlabWithin(budget: { share: number; maxWaitMs: number }, db: Database, env: Env): Gitlab {
  const requestsPerMinute = env.BERTH_GITLAB_REQUESTS_PER_MINUTE
  return createGitlab({
    url: required(env.BERTH_GITLAB_URL, 'BERTH_GITLAB_URL'),
    token: required(env.BERTH_GITLAB_TOKEN, 'BERTH_GITLAB_TOKEN'),
    requestsPerMinute,
    budget: sharedBudget(db, { requestsPerMinute, ...budget }),
  })
}

/** Next bundles routes and pages apart from each other; what they share lives on the process. */
const shared = globalThis as { berthInstance?: Instance }

/** The one instance of this process, made when first asked for. */
export function instance(): Instance {
  if (!shared.berthInstance) {
    const env = readEnv()
    shared.berthInstance = { env, world: createWorld(env), databaseUrl: databaseUrlOf(env) }
  }
  return shared.berthInstance
}

/** `__Host-` binds the cookie to this host and to TLS; a browser refuses such a name on plain HTTP. */
export function sessionCookieName({ env }: Pick<Instance, 'env'>): string {
  return env.BERTH_URL?.startsWith('https:') ? '__Host-berth_session' : 'berth_session'
}

/**
 * The context of an HTTP request: an API token's, or that of the session cookie, which for a change must also prove that it
 * comes from Berth's own pages (else `forbidden`). `null` when nobody is recognized.
 */
export async function contextFromRequest(
  request: Request,
  { world, env }: Pick<Instance, 'world' | 'env'> = instance(),
): Promise<Context | null> {
  const bearer = /^Bearer (?<token>\S+)$/i.exec(request.headers.get('authorization') ?? '')?.groups?.token
  if (bearer !== undefined) {
    const token = await apiTokenOf(world, bearer)
    return token && { ...world, actor: actorOf(env, { kind: 'token', name: token.name, via: 'api' }) }
  }
  const session = await sessionFrom({ world, env }, cookieIn(request, sessionCookieName({ env })))
  if (!session) return null
  const reads = request.method === 'GET' || request.method === 'HEAD'
  if (!reads && !provesSameOrigin(request.headers, env.BERTH_URL)) {
    throw new BerthError(
      'forbidden',
      'berth',
      'A session may change things only from Berth’s own pages; use an API token.',
    )
  }
  return { ...world, actor: actorOf(env, { kind: 'operator', name: session.name, via: 'page' }) }
}

/** The context of a page or a Server Action; who is not signed in is sent to do so. */
export async function pageContext(): Promise<Context> {
  // The worker imports this file too and has no Next: its parts are loaded only where a page asks.
  const [{ cookies }, { redirect }] = await Promise.all([import('next/headers'), import('next/navigation')])
  const jar = await cookies()
  const { world, env } = instance()
  const session = await sessionFrom({ world, env }, jar.get(sessionCookieName({ env }))?.value)
  if (!session) return redirect('/sign-in')
  return { ...world, actor: actorOf(env, { kind: 'operator', name: session.name, via: 'page' }) }
}

/** What the instance lets somebody do who was recognized. */
function actorOf(env: Env, who: Omit<Actor, 'role'>): Actor {
  return { ...who, role: env.BERTH_READ_ONLY ? 'reporter' : 'maintainer' }
}

async function sessionFrom(
  { world, env }: Pick<Instance, 'world' | 'env'>,
  token: string | undefined,
): Promise<{ name: string } | null> {
  return token ? sessionOf(world, { token, configured: env.BERTH_OPERATOR_PASSWORD }) : null
}

function cookieIn(request: Request, name: string): string | undefined {
  const pairs = (request.headers.get('cookie') ?? '').split(/;\s*/)
  return pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1)
}

function mappingFrom(env: Env, pathWithNamespace: string): Mapping {
  const given = env.BERTH_MAPPINGS[pathWithNamespace] ?? {}
  const set = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
  return { ...defaultMapping, ...set }
}

/** Set by whoever starts Berth: the configured PostgreSQL, or the embedded one. */
export const databaseUrlOf = (env: Env): string => required(env.DATABASE_URL, 'DATABASE_URL')

function required(value: string | null, name: string): string {
  if (value !== null) return value
  throw new BerthError(
    'invalid',
    'berth',
    `${name} is not set. \`npm run up\` sets what is missing for its own processes.`,
  )
}
