import type { DokkuEvent, DokkuService, HostLook, HostSnapshot, ProcessReport } from '#lib/domain/dokku-app.ts'

/**
 * One Dokku host over one kept SSH connection. Every call can fail with a `BerthError` of system `dokku`; several may run
 * at once and wait their turn under the host's session limit. An aborted `signal` ends the command on the host too.
 */
export interface Dokku {
  readonly host: string
  look(signal?: AbortSignal): Promise<HostLook>
  /** What is installed, asked anew. */
  installation(signal?: AbortSignal): Promise<Pick<HostLook, 'version' | 'servicePlugins' | 'berthPlugin'>>
  /** The domains below which apps get theirs; `[]` when none is set. */
  globalDomains(signal?: AbortSignal): Promise<string[]>
  /** Fingerprints of every key that the host lets in. */
  keyFingerprints(signal?: AbortSignal): Promise<string[]>
  /** The host's own key, pinned and shown just now, as a line of `known_hosts`. */
  knownHostsLine(signal?: AbortSignal): Promise<string>
  appExists(app: string, signal?: AbortSignal): Promise<boolean>
  processReport(app: string, signal?: AbortSignal): Promise<ProcessReport>
  /** The app's deployed commit now; `null` when never deployed or deployed from an image. */
  deployedSha(app: string, signal?: AbortSignal): Promise<string | null>
  domains(app: string, signal?: AbortSignal): Promise<string[]>
  serviceExists(plugin: string, name: string, signal?: AbortSignal): Promise<boolean>
  service(plugin: string, name: string, signal?: AbortSignal): Promise<DokkuService>
  /** The last lines (1 to 10,000) of the app's log, oldest first, colour codes included. */
  logs(app: string, lines: number, signal?: AbortSignal): Promise<string>

  /**
   * The whole host by the `berth` plugin, in one command; throws `refused` on a host without it. Memory and CPU cost the host
   * about two seconds more, so they are asked only when wanted.
   */
  snapshot(options?: { usage?: boolean }, signal?: AbortSignal): Promise<HostSnapshot>
  /**
   * Calls `onEvent` for what happens on the host, by the `berth` plugin, until `signal` aborts or the stream ends by itself,
   * which resolves too.
   */
  followEvents(onEvent: (event: DokkuEvent) => void, signal: AbortSignal): Promise<void>
  /** Names of the app's config variables, sorted. Their values are dropped where they are parsed. */
  configKeys(app: string, signal?: AbortSignal): Promise<string[]>
  /** Wished containers by process type. */
  scaleOf(app: string, signal?: AbortSignal): Promise<Record<string, number>>
  /**
   * Calls `onOpen` once the host has taken the command on (again when a lost connection made it be sent once more), `onText`
   * with the last `lines` lines of the app's log and then with what comes, in pieces as they arrive, until `signal` aborts or
   * the log ends by itself. Runs on connections of its own, so that readers never take sessions from
   * questions. `onText` may return a promise: until it settles the host is not read on.
   */
  followLog(
    app: string,
    options: { lines: number; onOpen?: () => void; onText: (text: string) => void | Promise<void> },
    signal: AbortSignal,
  ): Promise<void>

  // What changes the host. Never repeated by itself: after `unavailable` the caller has to look what came of it. Each may
  // take minutes; an aborted `signal` hangs up, which aborts a build.
  /** `true` when it was there. Its databases stay, unlinked. */
  destroyApp(app: string, signal?: AbortSignal): Promise<boolean>
  /** `true` when it was there. A service that is linked is `refused`. */
  destroyService(plugin: string, name: string, signal?: AbortSignal): Promise<boolean>
  restart(app: string, signal?: AbortSignal): Promise<void>
  rebuild(app: string, signal?: AbortSignal): Promise<void>
  /** Counts from 0 to 100 for process types that the app has. */
  scale(app: string, counts: Record<string, number>, signal?: AbortSignal): Promise<void>
  /** Takes the deploy lock away; `true` when there was one. */
  unlock(app: string, signal?: AbortSignal): Promise<boolean>

  /** Ends the connections; the next call opens new ones. */
  close(): void
  /** Commands run since it was made. */
  readonly commandCount: number
  /** Seconds that commands took since it was made, waiting for a session left out: what the host spent on Berth, at most. */
  readonly commandSeconds: number
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
