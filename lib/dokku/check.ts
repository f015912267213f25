import ssh2 from 'ssh2'
import { BerthError } from '#lib/domain/errors.ts'
import { type HostCheck, isTooOld } from '#lib/domain/host-check.ts'
import { appNames, globalDomains } from './apps.ts'
import { createAsking } from './asking.ts'
import { isUnknownCommand } from './command-failure.ts'
import * as commands from './commands.ts'
import type { DokkuHostSettings } from './contract.ts'
import { type HostKey, hostKeyOf } from './host-key.ts'
import { excerpt, plainLines } from './output.ts'
import { pluginsIn, versionIn } from './plugins.ts'
import { createSsh } from './ssh.ts'

const connectTimeoutMs = 10_000

/** The key that a host shows to anybody who knocks; nothing is told to it. Throws `unavailable`. */
export async function readHostKey({ address, port }: { address: string; port: number }): Promise<HostKey> {
  const client = new ssh2.Client()
  const { promise, resolve, reject } = Promise.withResolvers<HostKey>()
  client.on('error', (error) => reject(unreachable(reasonOf(error))))
  client.once('close', () => reject(unreachable('the connection was closed before it showed a key')))
  client.connect({
    host: address,
    port,
    username: 'dokku',
    readyTimeout: connectTimeoutMs,
    hostVerifier: (key: Buffer) => {
      resolve(hostKeyOf(key))
      return false
    },
  })
  try {
    return await promise
  } finally {
    client.destroy()
  }
}

/** Enters a host by its pinned key and looks whether it is a Dokku that Berth can work with. Never throws. */
export async function checkHost(host: DokkuHostSettings, privateKey: string): Promise<HostCheck> {
  const ssh = createSsh(host, { privateKey, connectTimeoutMs })
  const asking = createAsking(ssh, host.name)
  try {
    const said = await asking.attempt(commands.version())
    if (said.exitCode !== 0 || !/^dokku version /m.test(said.stdout))
      return {
        kind: isUnknownCommand(said) || said.stdout !== '' ? 'not-dokku' : 'rights',
        words: wordsOf(said) ?? 'it says nothing.',
      }
    const version = versionIn(said.stdout)
    if (isTooOld(version)) return { kind: 'too-old', version }
    const { servicePlugins } = pluginsIn((await asking.askInJson(commands.pluginList)).stdout)
    const apps = appNames(await asking.askInJson(commands.appsList))
    const domains = globalDomains((await asking.ask(commands.globalDomainsReport())).stdout)
    return { kind: 'ok', facts: { version, plugins: servicePlugins, globalDomains: domains, apps: apps.length } }
  } catch (error) {
    if (ssh.refusedKey !== null)
      return { kind: 'key-mismatch', shown: ssh.refusedKey, pinned: host.hostKeyFingerprint ?? 'none' }
    if (!(error instanceof BerthError)) throw error
    if (error.kind === 'forbidden') return { kind: 'key-not-added' }
    if (error.kind === 'unavailable') return { kind: 'unreachable', reason: reasonIn(error) }
    return { kind: 'rights', words: error.message }
  } finally {
    ssh.close()
  }
}

const unreachable = (reason: string) => new BerthError('unavailable', 'dokku', reason)

const reasons: Record<string, string> = {
  ENOTFOUND: 'its name is not known (DNS)',
  EAI_AGAIN: 'its name could not be looked up (DNS)',
  ECONNREFUSED: 'it refuses connections',
  EHOSTUNREACH: 'no route leads to it',
  ENETUNREACH: 'no route leads to it',
  ETIMEDOUT: 'it does not answer',
}

const reasonOf = (error: Error & { code?: unknown }): string =>
  reasons[String(error.code)] ?? (/timed out/i.test(error.message) ? 'it does not answer' : error.message)

/** `dial` and `ssh` say `Dokku host "review" cannot be reached: connect ECONNREFUSED 127.0.0.1:22.` */
function reasonIn({ message }: BerthError): string {
  const reason = /cannot be reached: (.*)\.$/s.exec(message)?.[1] ?? message
  const code = Object.keys(reasons).find((candidate) => reason.includes(candidate))
  return code === undefined ? (/timed out/i.test(reason) ? 'it does not answer' : reason) : (reasons[code] ?? reason)
}

const wordsOf = ({ stdout, stderr }: { stdout: string; stderr: string }): string | null =>
  excerpt(plainLines(stderr).at(-1) ?? plainLines(stdout).at(-1) ?? '') || null
