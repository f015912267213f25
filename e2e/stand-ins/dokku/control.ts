import type { IncomingMessage } from 'node:http'
import { json } from 'node:stream/consumers'
import { type App, processName } from './app.ts'
import { crashLoop, died } from './container.ts'
import { type Host, removeApp } from './host.ts'
import { type SeedApp, seedApps, seedDatabases } from './seed.ts'
import type { SshDoor } from './ssh.ts'
import { noTrouble, type WebTrouble } from './trouble.ts'
import type { Control } from './web.ts'

interface Doors {
  host: Host
  ssh: SshDoor
  /** Back to what was last seeded. */
  reset(): void
}

type Body = Record<string, unknown>
type Door = (doors: Doors, body: Body) => unknown

/** What a test may do to the host that nobody may do to a real one. Each answers JSON. */
const doors: Record<string, Door> = {
  'GET state': ({ host }) => ({ apps: [...host.apps.values()], services: [...host.services.values()] }),
  'GET commands': ({ host }) => host.commands,
  'DELETE commands': ({ host }) => {
    host.commands.length = 0
  },
  'GET followers': ({ host }) => ({ followers: host.logs.followers }),
  'POST host-key/rotate': async ({ ssh }) => {
    await ssh.rotateHostKey()
    return { hostKeyFingerprint: ssh.hostKey.fingerprint, hostKeyLine: ssh.hostKey.line }
  },
  'POST unreachable': async ({ ssh }, { on }) => (on ? ssh.close() : ssh.open()),
  'POST slow': ({ host }, { factor }) => {
    host.pace.factor = Number(factor ?? 1)
  },
  'POST plugin': ({ host }, { on }) => {
    host.hasBerthPlugin = on !== false
  },
  'POST services': ({ host }, { plugins }) => {
    host.plugins = plugins as string[]
  },
  'POST ssh-keys': ({ host }, { name, publicKey }) => {
    host.authorizedKeys.push({ name: String(name), line: String(publicKey) })
  },
  'POST domains/global': ({ host }, { domain }) => {
    host.domain = String(domain)
  },
  'POST version': ({ host }, { version }) => {
    host.version = String(version)
  },
  'POST disk': ({ host }, disk) => {
    host.disk = disk as Host['disk']
  },
  'POST crash': ({ host }, body) => crash(host, body),
  'POST log': ({ host }, { app, text }) => {
    for (const process of named(host, app).processes) host.logs.write(process, String(text))
  },
  'POST flood': ({ host }, { app, megabytes }) => {
    for (const process of named(host, app).processes) host.logs.flood(process, Number(megabytes))
  },
  'POST die': ({ host }, { command, times }) => {
    host.trouble.dies.set(String(command), Number(times ?? 1))
  },
  'POST garbage': ({ host }, { command, text, stream }) => {
    host.trouble.garbage.set(String(command), { text: String(text), stream: stream === 'stderr' ? 'stderr' : 'stdout' })
  },
  'DELETE garbage': ({ host }) => host.trouble.garbage.clear(),
  'POST destroy-fails': ({ host }, { app, on }) => {
    if (on === false) host.trouble.undestroyable.delete(String(app))
    else host.trouble.undestroyable.add(String(app))
  },
  'POST web': ({ host }, { app, ...trouble }) => {
    if (Object.keys(trouble).length === 0) host.trouble.web.delete(String(app))
    else host.trouble.web.set(named(host, app).name, trouble as WebTrouble)
  },
  'POST certificate': ({ host }, { app, expiresInDays }) => {
    const endsAt = expiresInDays === null ? null : new Date(Date.now() + Number(expiresInDays) * 24 * 3_600_000)
    for (const certified of app ? [named(host, app)] : host.apps.values()) certified.certificateEndsAt = endsAt
    host.changed()
    return { endsAt }
  },
  'POST seed': ({ host }, { apps, databases }) => {
    const seeds = typeof apps === 'number' ? loadApps(apps) : seedsIn(apps ?? [])
    seedApps(host, seeds)
    seedDatabases(host, (databases ?? []) as string[], new Date())
    return { apps: seeds.length }
  },
  'POST apps/destroy': ({ host }, { app }) => {
    removeApp(host, String(app))
  },
  'POST reset': async ({ host, ssh, reset }) => {
    reset()
    host.pace.factor = 1
    host.commands.length = 0
    host.trouble = noTrouble()
    await ssh.open()
  },
}

class UnknownApp extends Error {}

function named(host: Host, name: unknown): App {
  const app = host.apps.get(String(name))
  if (!app) throw new UnknownApp(`App ${name} does not exist`)
  return app
}

/** Without a `status` the program goes on ending at once, as Docker lets it; with one it is held there. */
function crash(host: Host, { app: name, process, status, restarts, exitCode, oomKilled }: Body): unknown {
  const app = named(host, name)
  const hit = app.processes.filter(
    (candidate) => !process || [candidate.type, processName(candidate)].includes(String(process)),
  )
  for (const candidate of hit) {
    if (restarts !== undefined) candidate.restarts = Number(restarts)
    candidate.oomKilled = oomKilled === true
    if (status === undefined) void crashLoop(host, app, candidate)
    else died(host, app, candidate, Number(exitCode ?? 1))
    if (status !== undefined) candidate.status = String(status)
  }
  host.changed()
  return { processes: app.processes }
}

function loadApps(count: number): SeedApp[] {
  return Array.from({ length: count }, (_, index) => {
    const name = `load-${String(index + 1).padStart(4, '0')}`
    const worker = index % 3 === 0 ? [{ type: 'worker', index: 1, status: 'running' }] : []
    return {
      name,
      repo: null,
      sha: (index + 1).toString(16).padStart(40, 'a'),
      processes: [{ type: 'web', index: 1, status: 'running' }, ...worker],
      domains: index % 4 === 0 ? [`${name}.example.com`] : [],
      database: index % 2 === 0 ? { name: `${name}-database`, linked: true } : null,
    }
  })
}

/** Instants arrive as text. */
const seedsIn = (apps: unknown): SeedApp[] =>
  JSON.parse(JSON.stringify(apps), (key, value) => (key.endsWith('At') && value !== null ? new Date(value) : value))

/** The doors below `/__control/`, the same whatever `Host` the request names. */
export function createControl(all: Doors): Control {
  return async (request, response) => {
    const path = (request.url ?? '').replace(/^\/__control\//, '').replace(/\?.*$/, '')
    const door = doors[`${request.method} ${path}`]
    if (!door) return false
    const { status, answer } = await opened(door, all, await bodyOf(request))
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(JSON.stringify(answer ?? { ok: true }))
    return true
  }
}

async function opened(door: Door, all: Doors, body: Body): Promise<{ status: number; answer: unknown }> {
  try {
    return { status: 200, answer: await door(all, body) }
  } catch (error) {
    if (error instanceof UnknownApp) return { status: 404, answer: { error: error.message } }
    throw error
  }
}

async function bodyOf(request: IncomingMessage): Promise<Body> {
  if (request.method !== 'POST' || request.headers['content-length'] === '0') return {}
  return (await json(request).catch(() => ({}))) as Body
}
