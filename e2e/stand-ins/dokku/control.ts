import type { IncomingMessage } from 'node:http'
import { json } from 'node:stream/consumers'
import { processName } from './app.ts'
import { type Host, removeApp } from './host.ts'
import type { SshDoor } from './ssh.ts'
import type { Control } from './web.ts'

interface Doors {
  host: Host
  ssh: SshDoor
  /** Back to what was last seeded. */
  reset(): void
}

type Door = (doors: Doors, body: Record<string, unknown>) => unknown

/** What a test may do to the host that nobody may do to a real one. Each answers JSON. */
const doors: Record<string, Door> = {
  'GET state': ({ host }) => ({ apps: [...host.apps.values()], services: [...host.services.values()] }),
  'GET commands': ({ host }) => host.commands,
  'DELETE commands': ({ host }) => {
    host.commands.length = 0
  },
  'POST host-key/rotate': async ({ ssh }) => {
    await ssh.rotateHostKey()
    return { hostKeyFingerprint: ssh.hostKey.fingerprint, hostKeyLine: ssh.hostKey.line }
  },
  'POST unreachable': async ({ ssh }, { on }) => (on ? ssh.close() : ssh.open()),
  'POST slow': ({ host }, { factor }) => {
    host.pace.factor = Number(factor ?? 1)
  },
  'POST crash': ({ host }, { app, process, status }) =>
    crash(host, String(app), process, String(status ?? 'restarting')),
  'POST apps/destroy': ({ host }, { app }) => {
    removeApp(host, String(app))
  },
  'POST reset': async ({ host, ssh, reset }) => {
    reset()
    host.pace.factor = 1
    host.commands.length = 0
    await ssh.open()
  },
}

function crash(host: Host, name: string, process: unknown, status: string): unknown {
  const app = host.apps.get(name)
  const hit = app?.processes.filter(
    (candidate) => !process || [candidate.type, processName(candidate)].includes(String(process)),
  )
  if (!app || !hit) return { error: `App ${name} does not exist` }
  for (const candidate of hit) {
    candidate.status = status
    host.logs.write(name, processName(candidate), `${candidate.type} failing again`)
  }
  host.changed()
  return { processes: app.processes }
}

/** The doors below `/__control/`, the same whatever `Host` the request names. */
export function createControl(all: Doors): Control {
  return async (request, response) => {
    const path = (request.url ?? '').replace(/^\/__control\//, '').replace(/\?.*$/, '')
    const door = doors[`${request.method} ${path}`]
    if (!door) return false
    const answer = await door(all, await bodyOf(request))
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify(answer ?? { ok: true }))
    return true
  }
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  if (request.method !== 'POST' || request.headers['content-length'] === '0') return {}
  return (await json(request).catch(() => ({}))) as Record<string, unknown>
}
