import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { runLine } from './command.ts'
import { createControl } from './control.ts'
import { openHost } from './host.ts'
import { type SeedApp, seedApps } from './seed.ts'
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
  /** Below 0.38 it knows no JSON reports. */
  version?: string
  /** Public keys in OpenSSH form that may sign in as `dokku`. */
  authorizedKeys: string[]
  /** Installed service plugins. */
  plugins?: string[]
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
  /** `SHA256:…`; changes when the key is rotated. */
  readonly hostKeyFingerprint: string
  /** `ssh-ed25519 AAAA…` */
  readonly hostKeyLine: string
  seed(apps: SeedApp[]): Promise<void>
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
    pace: options.pace ?? defaultPace,
  })
  const seeded: SeedApp[] = []
  const ssh = await openSsh({
    dir: options.dir,
    port: options.sshPort ?? 0,
    authorizedKeys: options.authorizedKeys,
    greet: () => host.pace.spend(signInSeconds, new AbortController().signal),
    run: (line, streams, signal) => runLine(host, line, streams, signal),
  })
  const reset = () => {
    host.apps.clear()
    host.services.clear()
    seedApps(host, seeded)
  }
  const web = createWeb(host, createControl({ host, ssh, reset }))
  web.listen(options.httpPort ?? 0, '127.0.0.1')
  await once(web, 'listening')
  host.port = (web.address() as AddressInfo).port

  return {
    name: options.name,
    httpPort: host.port,
    get sshPort() {
      return ssh.port
    },
    get hostKeyFingerprint() {
      return ssh.hostKey.fingerprint
    },
    get hostKeyLine() {
      return ssh.hostKey.line
    },
    async seed(apps) {
      seeded.push(...apps)
      seedApps(host, apps)
    },
    async stop() {
      await ssh.close()
      web.closeAllConnections()
      await new Promise((resolve) => web.close(resolve))
      host.close()
    },
  }
}
