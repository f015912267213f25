import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { Client } from 'ssh2'
import type { DeployHost } from './world.ts'

export interface SshStreams {
  input?: NodeJS.ReadableStream
  output: (chunk: Buffer) => void
  errors: (chunk: Buffer) => void
}

/**
 * Runs one command as `ssh` would: a connection of its own, the host's key checked, the command's exit code given back.
 * What stops it before the command is said on `errors` in OpenSSH's words, with OpenSSH's code 255.
 */
export function runOverSsh(
  host: DeployHost,
  {
    keyFile,
    command,
    streams,
    signal,
  }: { keyFile: string; command: string; streams: SshStreams; signal?: AbortSignal },
): Promise<number> {
  return new Promise((resolve) => {
    const client = new Client()
    let code = 255
    const fail = (words: string): void => {
      streams.errors(Buffer.from(`${words}\r\n`))
      client.end()
      resolve(255)
    }
    let isKnown = true
    signal?.addEventListener('abort', () => client.destroy(), { once: true })
    client.on('close', () => resolve(code))
    client.on('error', ({ message, level }) => {
      if (!isKnown) fail('Host key verification failed.')
      else if (level === 'client-authentication') fail(`dokku@${host.address}: Permission denied (publickey).`)
      else fail(`ssh: connect to host ${host.address} port ${host.sshPort}: ${message}`)
    })
    client.on('ready', () => {
      client.exec(command, (error, channel) => {
        if (error) return fail(error.message)
        streams.input?.pipe(channel)
        channel.on('data', streams.output)
        channel.stderr.on('data', streams.errors)
        channel.on('exit', (exit: number | null) => {
          code = exit ?? 255
        })
        channel.on('close', () => client.end())
      })
    })
    client.connect({
      host: host.address,
      port: host.sshPort,
      username: 'dokku',
      privateKey: readFileSync(keyFile),
      hostVerifier: (key: Buffer) => {
        const fingerprint = createHash('sha256').update(key).digest('base64').replace(/=+$/, '')
        isKnown = host.hostKeyFingerprint === `SHA256:${fingerprint}`
        return isKnown
      },
      readyTimeout: 60_000,
    })
  })
}
