import { randomUUID } from 'node:crypto'
import { startBuild } from './builds.ts'
import { replaceDynos } from './dynos.ts'
import {
  hostnameOf,
  presentAccount,
  presentApp,
  presentBuild,
  presentDomain,
  presentDyno,
  presentFormation,
  presentRelease,
  presentSlug,
} from './present.ts'
import { ranged } from './range.ts'
import { addRelease, rollBack, setConfig } from './releases.ts'
import { accepted, created, invalid, notFound, ok, type Reply } from './reply.ts'
import { type App, newApp, type World } from './world.ts'

export interface Request {
  world: World
  params: Record<string, string>
  /** The `Range` header. */
  range: string | undefined
  body: Record<string, unknown>
}

export type Route = (request: Request) => Reply

/** By name or by id, as everywhere in Heroku's API. */
function appOf({ world, params: { app: name = '' } }: Request): App {
  const app = world.apps.get(name) ?? [...world.apps.values()].find(({ id }) => id === name)
  if (!app) throw notFound('app')
  return app
}

const createApp: Route = ({ world, body }) => {
  const name = typeof body.name === 'string' ? body.name : `calm-harbour-${randomUUID().slice(0, 5)}`
  if (name.length < 3) throw invalid('Name is too short (minimum is 3 characters)')
  if (name.length > 30) throw invalid('Name is too long (maximum is 30 characters)')
  if (!/^[a-z][a-z0-9-]*[a-z0-9]$/.test(name)) {
    throw invalid('Name must start with a letter and can only contain lowercase letters, numbers, and dashes.')
  }
  if (world.apps.has(name)) throw invalid(`Name ${name} is already taken`)
  const app = newApp(name, { createdAt: new Date() })
  world.apps.set(name, app)
  addRelease(world, app, { description: 'Initial release', slugId: null })
  return created(presentApp(world, app))
}

const changeApp: Route = (request) => {
  const app = appOf(request)
  if (typeof request.body.maintenance === 'boolean') app.maintenance = request.body.maintenance
  app.updatedAt = new Date()
  return ok(presentApp(request.world, app))
}

const listReleases: Route = (request) => {
  const app = appOf(request)
  return ranged(request.range, app.releases, { version: ({ version }) => version, id: ({ id }) => id }, (release) =>
    presentRelease(request.world, app, release),
  )
}

const createRelease: Route = (request) => {
  const app = appOf(request)
  const { release, slug } = request.body
  if (release !== undefined) return created(presentRelease(request.world, app, rollBack(request.world, app, release)))
  if (!app.slugs.some(({ id }) => id === slug)) throw invalid('The slug was not found.')
  return created(
    presentRelease(request.world, app, addRelease(request.world, app, { description: 'Deploy', slugId: String(slug) })),
  )
}

const createSource: Route = ({ world }) => {
  const id = randomUUID()
  const url = `http://127.0.0.1:${world.port}/source-blobs/${id}`
  return created({ source_blob: { get_url: url, put_url: url } })
}

const createBuild: Route = (request) => {
  const app = appOf(request)
  const source = (request.body.source_blob ?? {}) as { url?: unknown; version?: unknown }
  const build = startBuild(request.world, app, { url: source.url, version: source.version })
  return created(presentBuild(request.world, app, build))
}

const scale: Route = (request) => {
  const app = appOf(request)
  const formation = app.formation.find(({ type }) => type === request.params.type)
  if (!formation) throw notFound('process type')
  const quantity = Number(request.body.quantity ?? formation.quantity)
  if (!Number.isInteger(quantity) || quantity < 0 || quantity > 100) throw invalid('Quantity is invalid.')
  formation.quantity = quantity
  replaceDynos(request.world, app)
  return ok(presentFormation(app, formation))
}

export const routes: Record<string, Route> = {
  'GET /account': ({ world }) => ok(presentAccount(world)),
  'GET /apps': ({ world, range }) =>
    ranged(range, [...world.apps.values()], { id: ({ id }) => id, name: ({ name }) => name }, (app) =>
      presentApp(world, app),
    ),
  'POST /apps': createApp,
  'GET /apps/:app': (request) => ok(presentApp(request.world, appOf(request))),
  'PATCH /apps/:app': changeApp,
  'GET /apps/:app/dynos': (request) => {
    const app = appOf(request)
    return ranged(request.range, app.dynos, { id: ({ id }) => id, name: ({ name }) => name }, (dyno) =>
      presentDyno(app, dyno),
    )
  },
  'DELETE /apps/:app/dynos': (request) => {
    replaceDynos(request.world, appOf(request))
    return accepted({})
  },
  'GET /apps/:app/formation': (request) => {
    const app = appOf(request)
    return ok(app.formation.map((formation) => presentFormation(app, formation)))
  },
  'PATCH /apps/:app/formation/:type': scale,
  'GET /apps/:app/releases': listReleases,
  'POST /apps/:app/releases': createRelease,
  'GET /apps/:app/slugs/:slug': (request) => {
    const slug = appOf(request).slugs.find(({ id }) => id === request.params.slug)
    if (!slug) throw notFound('slug')
    return ok(presentSlug(slug))
  },
  'GET /apps/:app/config-vars': (request) => ok(appOf(request).configVars),
  'PATCH /apps/:app/config-vars': (request) => {
    const app = appOf(request)
    setConfig(request.world, app, request.body)
    return ok(app.configVars)
  },
  'GET /apps/:app/domains': (request) => {
    const app = appOf(request)
    const all = [hostnameOf(app), ...app.domains]
    return ranged(request.range, all, { id: (hostname) => hostname, hostname: (hostname) => hostname }, (hostname) =>
      presentDomain(app, hostname),
    )
  },
  'POST /sources': createSource,
  'POST /apps/:app/sources': createSource,
  'POST /apps/:app/builds': createBuild,
  'GET /apps/:app/builds/:build': (request) => {
    const app = appOf(request)
    const build = app.builds.find(({ id }) => id === request.params.build)
    if (!build) throw notFound('build')
    return ok(presentBuild(request.world, app, build))
  },
}

/** The route of a request, with the `:name` parts of its path. */
export function routeOf(method: string, path: string): { route: Route; params: Record<string, string> } {
  const parts = path.split('/')
  for (const [name, route] of Object.entries(routes)) {
    const [wantedMethod, wantedPath = ''] = name.split(' ')
    const wanted = wantedPath.split('/')
    if (wantedMethod !== method || wanted.length !== parts.length) continue
    if (!wanted.every((part, index) => part.startsWith(':') || part === parts[index])) continue
    const params = wanted.flatMap((part, index) =>
      part.startsWith(':') ? [[part.slice(1), decodeURIComponent(parts[index] as string)]] : [],
    )
    return { route, params: Object.fromEntries(params) }
  }
  throw notFound('resource')
}
