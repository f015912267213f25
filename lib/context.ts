import { readFileSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import { cookieActor, tokenActor } from './caller.ts'
import { connected, withoutStandIns } from './connections.ts'
import { connect, type Database } from './db/client.ts'
import { connectionsTopic, storedConnections } from './db/connections.ts'
import { listen } from './db/notifications.ts'
import { createDokku, type Dokku } from './dokku/index.ts'
import type { Actor } from './domain/access.ts'
import { BerthError } from './domain/errors.ts'
import { defaultMapping, type Mapping } from './domain/mapping.ts'
import { ownPath } from './domain/own-path.ts'
import { type Env, readEnv } from './env.ts'
import type { Gitlab } from './gitlab/index.ts'
import { gitlabFor, oauthOf, required } from './gitlab-clients.ts'
import { createHeroku, type Heroku } from './heroku/index.ts'
import { log } from './log.ts'
import { createNotifier, type MailServer, type Notifier } from './notify/index.ts'
import { accessTokenOf } from './operations/gitlab-token.ts'
import { provesSameOrigin } from './operations/same-origin.ts'
import { createSeal, type Seal } from './seal.ts'

/** What Berth itself needs, whoever asks. */
export interface World {
  db: Database
  /** With Berth's own token: for reading. */
  gitlab: Gitlab
  /**
   * GitLab as this person, so that their own rights there hold: for changing. `null`: with Berth's own token. Throws `forbidden`
   * when their sign-in with GitLab has ended.
   */
  gitlabAs(personId: string | null): Promise<Gitlab>
  /** By host name, in the configured order. */
  dokku: ReadonlyMap<string, Dokku>
  /** `null` where nothing is on Heroku. */
  heroku: Heroku | null
  mappingOf(pathWithNamespace: string): Mapping
  limits: Limits
  /** Where browsers, and GitLab, find this Berth. */
  url: string
  /** Closes what is stored of other systems' secrets. */
  seal: Seal
  /** Carries messages to channels. */
  notifier: Notifier
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

/**
 * Assembles the world for what people ask. Opens no connection yet. What an earlier world has open stays open where the
 * settings say the same.
 */
export function createWorld(env: Env, earlier: Pick<Instance, 'world' | 'env'> | null = null): World {
  const db = earlier?.world.db ?? connect(databaseUrlOf(env))
  const gitlab = gitlabFor('people', { db, env })
  const seal = createSeal(required(env.BERTH_SECRET, 'BERTH_SECRET'), env.BERTH_SECRET_PREVIOUS)
  const now = () => new Date()
  const tokens = { db, seal, now, oauth: oauthOf(env) }
  const url = env.BERTH_URL ?? `http://localhost:${env.PORT}`
  return {
    db,
    gitlab,
    async gitlabAs(personId) {
      if (personId === null) return gitlab
      await accessTokenOf(tokens, personId)
      return gitlabFor('people', { db, env }, (refused) => accessTokenOf(tokens, personId, refused))
    },
    dokku: dokkuHosts(env, earlier),
    heroku: herokuFor(env),
    mappingOf: (pathWithNamespace) => mappingFrom(env, pathWithNamespace),
    limits: { mostApps: env.BERTH_DOKKU_MOST_APPS, probeSeconds: env.BERTH_PROBE_SECONDS },
    url,
    seal,
    notifier: createNotifier({
      baseUrl: url,
      networks: env.BERTH_NOTIFY_NETWORKS,
      mail: mailServerFrom(env),
    }),
    now,
  }
}

/** The same world for observing, which leaves the last of GitLab's budget to people. */
export function syncWorld(world: World, env: Env): World {
  return { ...world, gitlab: gitlabFor('sync', { db: world.db, env }) }
}

/** Next bundles routes and pages apart from each other; what they share lives on the process. */
const shared = globalThis as { berthInstance?: Instance; berthRenewal?: Promise<Instance> }

/**
 * The one instance of this process as it is now: what is connected may be another at the next request. A process that
 * has not called `openInstance` goes by the environment variables alone.
 */
export function instance(): Instance {
  shared.berthInstance ??= instanceOf(readEnv())
  return shared.berthInstance
}

const instanceOf = (env: Env, earlier: Instance | null = null): Instance => ({
  env,
  world: createWorld(env, earlier),
  databaseUrl: databaseUrlOf(env),
})

/** What the environment says, which goes before what is connected in the browser; of a demo that was left it says nothing. */
export function givenEnv(): Env {
  const given = readEnv()
  return instance().env.BERTH_DEMO ? given : withoutStandIns(given)
}

/** Makes the instance go by what is connected in the database by now, and answers what it is then; one renewal at a time. */
export function renewInstance(): Promise<Instance> {
  const renewal = (shared.berthRenewal ?? Promise.resolve()).catch(() => {}).then(renewed)
  shared.berthRenewal = renewal
  return renewal
}

async function renewed(): Promise<Instance> {
  const earlier = instance()
  const { db, seal } = earlier.world
  const stored = await storedConnections(db, seal, (what) => log.error(`What is stored of ${what} cannot be read.`))
  const env = connected(readEnv(), stored)
  // Nothing is built anew for nothing.
  if (isDeepStrictEqual(env, earlier.env)) return earlier
  const next = instanceOf(env, earlier)
  shared.berthInstance = next
  const kept = new Set(next.world.dokku.values())
  for (const dokku of earlier.world.dokku.values()) if (!kept.has(dokku)) dokku.close()
  return next
}

/**
 * Opens the instance with what is connected in the database, and keeps to it: `onRenewed` is called with each that follows,
 * after somebody connected something in any process on the same database.
 */
export async function openInstance(onRenewed: (next: Instance) => void = () => {}): Promise<Instance> {
  let known: Instance | null = null
  const renew = async () => {
    const next = await renewInstance()
    if (known !== null && next !== known) onRenewed(next)
    known = next
    return next
  }
  const renewSoon = () => {
    renew().catch((error) => log.error({ err: error }, 'What is connected could not be read.'))
  }
  await listen(
    instance().databaseUrl,
    (topics) => {
      if (topics.includes(connectionsTopic)) renewSoon()
    },
    renewSoon,
  )
  return renew()
}

/**
 * The context of an HTTP request: an API token's, that of a person who signed in with GitLab, or the operator's. A session must
 * for a change also prove that it comes from Berth's own pages (else `forbidden`). `null` when nobody is recognized;
 * throws `unavailable` when GitLab does not say what a person may.
 */
export async function contextFromRequest(
  request: Request,
  { world, env }: Pick<Instance, 'world' | 'env'> = instance(),
): Promise<Context | null> {
  const bearer = /^Bearer (?<token>\S+)$/i.exec(request.headers.get('authorization') ?? '')?.groups?.token
  if (bearer !== undefined) {
    const actor = await tokenActor({ world, env }, bearer)
    return actor && { ...world, actor }
  }
  const intent = request.method === 'GET' || request.method === 'HEAD' ? 'look' : 'change'
  const isOwn = intent === 'look' || provesSameOrigin(request.headers, env.BERTH_URL)
  // Nobody else's page makes Berth ask GitLab what somebody may do.
  const { actor } = await cookieActor({ world, env }, request.headers, isOwn ? intent : 'look')
  if (actor === null) return null
  if (!isOwn) {
    throw new BerthError(
      'forbidden',
      'berth',
      'A session may change things only from Berth’s own pages; use an API token.',
    )
  }
  return { ...world, actor }
}

/** Where the proxy before every page says which one is asked for. */
const pathHeader = 'x-berth-path'

/** The context of a page or a Server Action; who is not signed in is sent to do so, and comes back afterwards. */
export async function pageContext(): Promise<Context> {
  // The worker imports this file too and has no Next: its parts are loaded only where a page asks.
  const [next, { redirect }] = await Promise.all([import('next/headers'), import('next/navigation')])
  const headers = await next.headers()
  const { world, env } = instance()
  // A Server Action is a POST; nothing else that reaches a page has a body.
  const intent = headers.has('next-action') || headers.has('content-type') ? 'change' : 'look'
  const recognized = await cookieActor({ world, env }, headers, intent)
  if (recognized.actor !== null) return { ...world, actor: recognized.actor }
  const wanted = ownPath(headers.get(pathHeader))
  const query = new URLSearchParams(wanted === '/' ? {} : { next: wanted })
  if (recognized.hasEnded) query.set('error', 'ended')
  return redirect(query.size > 0 ? `/sign-in?${query}` : '/sign-in')
}

function herokuFor({ BERTH_HEROKU_URL: url, BERTH_HEROKU_API_KEY: apiKey }: Env): Heroku | null {
  return apiKey === null ? null : createHeroku({ url, apiKey })
}

function dokkuHosts(env: Env, earlier: Pick<Instance, 'world' | 'env'> | null): Map<string, Dokku> {
  const sharedKey = env.BERTH_DOKKU_KEY_FILE === null ? null : readFileSync(env.BERTH_DOKKU_KEY_FILE, 'utf8')
  const known = new Map(earlier?.env.BERTH_DOKKU_HOSTS.map((host) => [JSON.stringify(host), host.name]))
  return new Map(
    env.BERTH_DOKKU_HOSTS.map((host) => {
      const same = earlier?.world.dokku.get(known.get(JSON.stringify(host)) ?? '')
      const { privateKey = sharedKey, ...settings } = host
      return [host.name, same ?? createDokku(settings, { privateKey })]
    }),
  )
}

/** `readEnv` has seen to it that a mail server comes with a sender. */
function mailServerFrom({ BERTH_SMTP_URL: url, BERTH_MAIL_FROM: from }: Env): MailServer | null {
  return url !== null && from !== null ? { url, from } : null
}

function mappingFrom(env: Env, pathWithNamespace: string): Mapping {
  const given = env.BERTH_MAPPINGS[pathWithNamespace] ?? {}
  const set = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
  return { ...defaultMapping, ...set }
}

/** Set by whoever starts Berth: the configured PostgreSQL, or the embedded one. */
export const databaseUrlOf = (env: Env): string => required(env.DATABASE_URL, 'DATABASE_URL')
