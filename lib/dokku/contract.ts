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
 * at once and wait their turn under the host's session limit. An aborted `signal` ends the command on the host too.
 */
export interface Dokku {
  readonly host: string
  look(signal?: AbortSignal): Promise<HostLook>
  appExists(app: string, signal?: AbortSignal): Promise<boolean>
  processReport(app: string, signal?: AbortSignal): Promise<ProcessReport>
  /** The app's deployed commit now; `null` when never deployed or deployed from an image. */
  deployedSha(app: string, signal?: AbortSignal): Promise<string | null>
  domains(app: string, signal?: AbortSignal): Promise<string[]>
  serviceExists(plugin: string, name: string, signal?: AbortSignal): Promise<boolean>
  service(plugin: string, name: string, signal?: AbortSignal): Promise<DokkuService>
  /** The last lines (1 to 10,000) of the app's log, oldest first, colour codes included. */
  logs(app: string, lines: number, signal?: AbortSignal): Promise<string>
  /** Ends the connection; the next call opens a new one. */
  close(): void
  /** Commands run since it was made. */
  readonly commandCount: number
  /**
   * Fingerprint of the key that the host showed last and that is not the pinned one: the connection was refused, and a
   * person has to decide. `null` when it showed the pinned key, or none yet.
   */
  readonly refusedKey: string | null
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
