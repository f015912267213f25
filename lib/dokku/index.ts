import type { DokkuApp, DokkuService, ProcessReport } from '#lib/domain/dokku-app.ts'

/** What one cheap whole-host look tells. */
export interface HostLook {
  /** `0.38.27` */
  version: string
  /** Installed and enabled service plugins, e.g. `postgres`. */
  servicePlugins: string[]
  apps: DokkuApp[]
  /** Names only: details are asked per service. */
  services: { plugin: string; name: string }[]
}

/**
 * One Dokku host over one kept SSH connection. Every call can fail with a `BerthError` of system `dokku`; several may run
 * at once and wait their turn under the host's session limit.
 */
export interface Dokku {
  readonly host: string
  look(): Promise<HostLook>
  appExists(app: string): Promise<boolean>
  processReport(app: string): Promise<ProcessReport>
  /** The app's deployed commit now; `null` when never deployed or deployed from an image. */
  deployedSha(app: string): Promise<string | null>
  domains(app: string): Promise<string[]>
  serviceExists(plugin: string, name: string): Promise<boolean>
  service(plugin: string, name: string): Promise<DokkuService>
  /** The last lines of the app's log, oldest first, colour codes included. */
  logs(app: string, lines: number): Promise<string>
  /** Ends the connection; the next call opens a new one. */
  close(): void
  /** Commands run since it was made. */
  readonly commandCount: number
}

/** Where a host is and which key it must show. */
export interface DokkuHostSettings {
  name: string
  address: string
  port: number
  /** Always `dokku`, unless the host was set up otherwise. */
  user: string
  /** OpenSSH form `SHA256:…`; `null` refuses every connection and says which key the host showed. */
  hostKeyFingerprint: string | null
}
