import { BerthError } from '#lib/domain/errors.ts'
import { deployedSha, domains, globalDomains } from './apps.ts'
import { createAsking } from './asking.ts'
import { createChanges } from './changes.ts'
import { commandFailure, isUnknownCommand, saysMissing } from './command-failure.ts'
import * as commands from './commands.ts'
import { configKeys } from './config-keys.ts'
import type { Dokku, DokkuHostSettings } from './contract.ts'
import { createFollowing } from './following.ts'
import { createInstallationReader } from './installation.ts'
import { lookAtHost } from './look.ts'
import { processReport } from './processes.ts'
import { scaleIn } from './scale.ts'
import { service } from './services.ts'
import { hostSnapshot } from './snapshot.ts'
import { createSsh, type SshOptions } from './ssh.ts'
import { keyFingerprints } from './ssh-keys.ts'

export interface DokkuOptions extends SshOptions {
  /** How long the version and the plugins are believed on one connection. */
  installationMinutes?: number
  /** How long a change may take. */
  changeTimeoutMs?: number
}

/** Connects when first asked. Nothing is read ahead or kept but the host's version and plugins. */
export function createDokku(settings: DokkuHostSettings, options: DokkuOptions): Dokku {
  const host = settings.name
  const ssh = createSsh(settings, options)
  const asking = createAsking(ssh, host)
  const read = createInstallationReader(ssh, asking, options.installationMinutes ?? 10)

  /** Whether something is there: only the host's own "does not exist" means no. */
  async function exists(words: string[], signal?: AbortSignal): Promise<boolean> {
    const output = await asking.attempt(words, signal)
    if (output.exitCode === 0) return true
    const [command = '', name = ''] = words
    if (saysMissing(output, name)) return false
    throw commandFailure(command, host, output)
  }

  async function requireBerthPlugin(signal?: AbortSignal): Promise<void> {
    if ((await read({ signal })).berthPlugin !== null) return
    throw new BerthError('refused', 'dokku', `Dokku host "${host}" does not have the berth plugin, or it is disabled.`)
  }

  return {
    host,
    ...createChanges(ssh, host, options.changeTimeoutMs),
    ...createFollowing(ssh, host),
    look: (signal) => lookAtHost(host, asking, read, signal),
    async installation(signal) {
      const { version, servicePlugins, berthPlugin } = await read({ again: true, signal })
      return { version, servicePlugins, berthPlugin }
    },
    async globalDomains(signal) {
      return globalDomains((await asking.ask(commands.globalDomainsReport(), signal)).stdout)
    },
    async keyFingerprints(signal) {
      return keyFingerprints((await asking.askInJson(commands.sshKeysList, signal)).stdout)
    },
    async knownHostsLine(signal) {
      await asking.ask(commands.version(), signal)
      const { hostKey } = ssh
      if (hostKey === null) throw new Error(`Dokku host ${host} answered without a host key.`)
      const { address, port } = settings
      return `${port === 22 ? address : `[${address}]:${port}`} ${hostKey.type} ${hostKey.base64}`
    },
    async appExists(app, signal) {
      return exists(commands.appsExists(app), signal)
    },
    async processReport(app, signal) {
      const output = await asking.askInJson((format) => commands.psReport(app, format), signal)
      return processReport(app, output.stdout)
    },
    async deployedSha(app, signal) {
      return deployedSha(app, (await asking.ask(commands.gitReport(app), signal)).stdout)
    },
    async domains(app, signal) {
      const output = await asking.askInJson((format) => commands.domainsReport(app, format), signal)
      return domains(app, output.stdout)
    },
    async serviceExists(plugin, name, signal) {
      const words = commands.serviceExists(plugin, name)
      const { servicePlugins } = await read({ signal })
      // A host without the plugin has none of its services; whether it still lacks it is asked anew.
      if (!servicePlugins.includes(plugin) && !(await read({ again: true, signal })).servicePlugins.includes(plugin))
        return false
      return exists(words, signal)
    },
    async service(plugin, name, signal) {
      return service(plugin, name, (await asking.ask(commands.serviceInfo(plugin, name), signal)).stdout)
    },
    async logs(app, lines, signal) {
      return (await asking.ask(commands.logs(app, lines), signal)).stdout
    },
    async configKeys(app, signal) {
      return configKeys(app, (await asking.ask(commands.configKeys(app), signal)).stdout)
    },
    async scaleOf(app, signal) {
      return scaleIn((await asking.askInJson((format) => commands.psScaleReport(app, format), signal)).stdout)
    },
    async snapshot({ usage = false } = {}, signal) {
      await requireBerthPlugin(signal)
      const words = commands.berthSnapshot({ usage })
      const output = await asking.attempt(words, signal)
      // It was removed since: the next look shall know.
      if (isUnknownCommand(output)) await read({ again: true, signal })
      if (output.exitCode !== 0) throw commandFailure('berth:snapshot', host, output)
      return hostSnapshot(host, output.stdout)
    },
    close: () => ssh.close(),
    get commandCount() {
      return ssh.commandCount
    },
    get commandSeconds() {
      return ssh.commandSeconds
    },
    get refusedKey() {
      return ssh.refusedKey
    },
  }
}
