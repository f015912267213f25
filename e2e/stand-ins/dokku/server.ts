import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Authority, createAuthority } from './certificate.ts'
import { runLine } from './command.ts'
import { createControl } from './control.ts'
import { openHost } from './host.ts'
import { createSecureServer } from './https.ts'
import { sendVisitors } from './request-log.ts'
import { type SeedApp, seedApps, seedDatabases } from './seed.ts'
import { openSsh } from './ssh.ts'
import { createWeb } from './web.ts'

export type { SeedApp } from './seed.ts'

export interface DokkuOptions {
  name: string
  /** Keeps the host key, the repositories and what is deployed. */
  dir: string
  /** A free port when left out. */
  sshPort?: number
  httpPort?: number
  httpsPort?: number
  /** Signs the certificates of apps; one of its own when left out. */
  authority?: Authority
  /** Below 0.38 it knows no JSON reports. */
  version?: string
  /** Public keys in OpenSSH form that may sign in as `dokku`. */
  authorizedKeys: string[]
  /** Installed service plugins. */
  plugins?: string[]
  /** With the plugin `berth`. */
  plugin?: boolean
  /** So often somebody opens a page of an app, which then writes to its log; nobody when left out. */
  visitEveryMs?: number
  /** Docker's first wait before it starts an ended program again. */
  restartDelayMs?: number
  /** 1 takes the recorded time of a real host, 0 takes none. */
  pace?: number
  /** New apps get `<app>.<domain>`. */
  domain?: string
}

/** A Dokku host that speaks SSH and serves its apps at `http://<app>.localhost:<httpPort>/`. */
export interface DokkuStandIn {
  readonly name: string
  readonly sshPort: number
  readonly httpPort: number
  /** Where apps that have a certificate answer too. */
  readonly httpsPort: number
  /** `SHA256:…`; changes when the key is rotated. */
  readonly hostKeyFingerprint: string
  /** `ssh-ed25519 AAAA…` */
  readonly hostKeyLine: string
  /** `databases` are linked to nothing. */
  seed(apps: SeedApp[], databases?: string[]): Promise<void>
  stop(): Promise<void>
}

/** Deploying takes about half a second at this pace. */
const defaultPace = 0.02
/** What signing in costs on a real host, in seconds. */
const signInSeconds = 0.15

export async function startDokku(options: DokkuOptions): Promise<DokkuStandIn> {
  const host = openHost({
    name: options.name,
    dir: options.dir,
    version: options.version ?? '0.38.27',
    plugins: options.plugins ?? ['postgres'],
    domain: options.domain ?? 'localhost',
    authorizedKeys: options.authorizedKeys.map((line, index) => ({ name: `key-${index + 1}`, line })),
    hasBerthPlugin: options.plugin ?? false,
    restartDelayMs: options.restartDelayMs ?? 100,
    pace: options.pace ?? defaultPace,
  })
  const seeded: SeedApp[] = []
  const ssh = await openSsh({
    dir: options.dir,
    port: options.sshPort ?? 0,
    authorizedKeys: () => host.authorizedKeys.map(({ line }) => line),
    greet: () => host.pace.spend(signInSeconds, new AbortController().signal),
    run: (line, streams, signal) => runLine(host, line, streams, signal),
  })
  const reset = () => {
    host.apps.clear()
    host.services.clear()
    seedApps(host, seeded)
  }
  const control = createControl({ host, ssh, reset })
  const web = createServer(createWeb(host, { control, scheme: 'http' }))
  const secureWeb = createSecureServer(host, {
    authority: options.authority ?? createAuthority(`${options.name} stand-in`),
    answer: createWeb(host, { control, scheme: 'https' }),
  })
  host.port = await listen(web, options.httpPort)
  host.httpsPort = await listen(secureWeb, options.httpsPort)
  if (options.visitEveryMs) sendVisitors(host, options.visitEveryMs)

  return {
    name: options.name,
    httpPort: host.port,
    httpsPort: host.httpsPort,
    get sshPort() {
      return ssh.port
    },
    get hostKeyFingerprint() {
      return ssh.hostKey.fingerprint
    },
    get hostKeyLine() {
      return ssh.hostKey.line
    },
    async seed(apps, databases = []) {
      seeded.push(...apps)
      seedApps(host, apps)
      seedDatabases(host, databases, new Date())
    },
    async stop() {
      await ssh.close()
      host.close()
      for (const server of [web, secureWeb]) {
        server.closeAllConnections()
        await new Promise((resolve) => server.close(resolve))
      }
    },
  }
}

async function listen(server: Server, port = 0): Promise<number> {
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}
