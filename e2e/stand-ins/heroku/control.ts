import { dynosOf, settle } from './dynos.ts'
import type { RateLimit } from './rate-limit.ts'
import { addRelease } from './releases.ts'
import { invalid, notFound, ok, type Reply } from './reply.ts'
import { type App, currentRelease, type DynoState, type World } from './world.ts'

/** What the control doors can reach. */
export interface Controls {
  world: World
  rateLimit: RateLimit
  trouble: {
    /** The API answers 503 `maintenance`. */
    maintenance: boolean
    /** It drops every connection. */
    refuse: boolean
    /** It takes no key. */
    keyRevoked: boolean
  }
  /** `GET /apps/hello-heroku/dynos`, one for each request so far. */
  requests: string[]
}

type Body = Record<string, unknown>
type Door = (controls: Controls, body: Body) => Reply

function appIn({ world }: Controls, body: Body): App {
  const app = world.apps.get(String(body.app))
  if (!app) throw notFound('app')
  return app
}

const states: readonly DynoState[] = ['up', 'starting', 'idle', 'crashed', 'down']

const doors: Record<string, Door> = {
  'GET /state': ({ world }) => ok([...world.apps.values()]),
  'GET /requests': ({ requests }) => ok(requests),
  'DELETE /requests': ({ requests }) => {
    requests.length = 0
    return ok(requests)
  },
  'POST /trouble': ({ trouble }, body) => ok(Object.assign(trouble, body)),
  'POST /rate-limit': ({ rateLimit }, body) => {
    rateLimit.left = Number(body.left)
    return ok({ left: rateLimit.left })
  },
  'POST /dyno': (controls, body) => {
    const state = states.find((candidate) => candidate === body.state)
    if (!state) throw invalid(`A dyno is one of ${states.join(', ')}.`)
    const found = dynosOf(appIn(controls, body), typeof body.process === 'string' ? body.process : undefined)
    for (const dyno of found) settle(dyno, state)
    return ok(found)
  },
  'POST /maintenance': (controls, body) => {
    const app = appIn(controls, body)
    app.maintenance = body.on === true
    return ok({ on: app.maintenance })
  },
  'POST /release-fails': (controls, body) => {
    controls.world.failingReleases.set(appIn(controls, body).name, Number(body.times ?? 1))
    return ok({})
  },
  'POST /deploy': (controls, body) => {
    const app = appIn(controls, body)
    const slug = app.slugs.find(({ id }) => id === currentRelease(app)?.slugId)
    if (!slug) throw invalid('Nothing runs there.')
    const commit = typeof body.commit === 'string' ? body.commit : null
    app.slugs.push({ ...slug, id: crypto.randomUUID(), commit, createdAt: new Date() })
    const description = commit === null ? 'Deploy' : `Deploy ${commit.slice(0, 8)}`
    const release = addRelease(controls.world, app, { description, slugId: app.slugs.at(-1)?.id ?? null })
    return ok({ version: release.version })
  },
  'POST /apps/destroy': (controls, body) => ok({ gone: controls.world.apps.delete(appIn(controls, body).name) }),
}

/** Opens a control door; the path is what follows `/__control`. */
export function control(controls: Controls, method: string, path: string, body: Body): Reply {
  const door = doors[`${method} ${path}`]
  if (!door) throw notFound('control')
  return door(controls, body)
}
