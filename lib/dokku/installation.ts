import type { Asking } from './asking.ts'
import * as commands from './commands.ts'
import { type Plugins, pluginsIn, versionIn } from './plugins.ts'
import type { Ssh } from './ssh.ts'

/** What changes only when somebody works on the host itself. */
export interface Installation extends Plugins {
  /** `0.38.27` */
  version: string
}

/**
 * Reads a host's installation rarely: on each new connection, since the host may have been away for an upgrade, and every
 * `minutes`. `again` reads it now.
 */
export function createInstallationReader(ssh: Ssh, asking: Asking, minutes: number) {
  let known: (Installation & { readAt: number; connection: number }) | undefined

  return async function read({ again = false, signal }: { again?: boolean; signal?: AbortSignal | undefined }) {
    const fresh = known && known.connection === ssh.connectionCount && Date.now() - known.readAt < minutes * 60_000
    if (known && fresh && !again) return known
    const version = versionIn((await asking.ask(commands.version(), signal)).stdout)
    if (version !== known?.version) asking.tryJsonAgain()
    const plugins = pluginsIn((await asking.askInJson(commands.pluginList, signal)).stdout)
    known = { version, ...plugins, readAt: Date.now(), connection: ssh.connectionCount }
    return known
  }
}

export type ReadInstallation = ReturnType<typeof createInstallationReader>
