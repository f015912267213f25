import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { get, type IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import ssh2, { type Client, type ClientChannel } from 'ssh2'
import { generateKeyPair } from './key-pair.ts'
import { type DokkuOptions, type DokkuStandIn, startDokku } from './server.ts'

export const testKey = generateKeyPair()

export interface Answer {
  stdout: string
  stderr: string
  exitCode: number | null
}

/** A host in a directory of its own, which its `stop` removes. */
export async function startTestDokku(
  options: Partial<DokkuOptions> = {},
): Promise<DokkuStandIn & { dir: string; remove(): Promise<void> }> {
  const dir = options.dir ?? mkdtempSync(join(tmpdir(), 'dokku-'))
  const dokku = await startDokku({ name: 'test', dir, authorizedKeys: [testKey.public], pace: 0, ...options })
  const remove = async () => {
    await dokku.stop()
    rmSync(dir, { recursive: true, force: true })
  }
  return Object.defineProperties({ dir, remove } as never, Object.getOwnPropertyDescriptors(dokku))
}

export function connect(
  dokku: DokkuStandIn,
  options: { privateKey?: string; username?: string } = {},
): Promise<Client> {
  return new Promise((resolve, reject) => {
    const client = new ssh2.Client()
    client.on('ready', () => resolve(client.setNoDelay(true)))
    client.on('error', reject)
    client.connect({
      host: '127.0.0.1',
      port: dokku.sshPort,
      username: 'dokku',
      privateKey: testKey.private,
      ...options,
    })
  })
}

/** Sends one line with nothing on stdin, as `ssh … </dev/null` does. */
export function run(client: Client, line: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    client.exec(line, (error, channel) => {
      if (error) return reject(error)
      const answer: Answer = { stdout: '', stderr: '', exitCode: null }
      channel.on('data', (chunk: Buffer) => {
        answer.stdout += chunk
      })
      channel.stderr.on('data', (chunk: Buffer) => {
        answer.stderr += chunk
      })
      channel.on('exit', (code: number) => {
        answer.exitCode = code
      })
      channel.on('close', () => resolve(answer))
      channel.end()
    })
  })
}

/** Opens a control door; the answer is JSON. */
export async function control(dokku: DokkuStandIn, path: string, body?: object, method = 'POST'): Promise<unknown> {
  const answer = await fetch(`http://127.0.0.1:${dokku.httpPort}/__control/${path}`, {
    method,
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
  if (answer.status !== 200) throw new Error(`${path} answers ${answer.status}: ${await answer.text()}`)
  return answer.json()
}

/** A command whose channel the caller holds. */
export function open(client: Client, line: string): Promise<ClientChannel> {
  return new Promise((resolve, reject) => {
    client.exec(line, (error, channel) => (error ? reject(error) : resolve(channel)))
  })
}

/** What a visitor of an app gets, by the proxy. */
export async function visit(dokku: DokkuStandIn, app: string): Promise<number | undefined> {
  const headers = { host: `${app}.localhost:${dokku.httpPort}` }
  const request = get({ host: '127.0.0.1', port: dokku.httpPort, path: '/posts', headers })
  const [answer] = (await once(request, 'response')) as [IncomingMessage]
  answer.resume()
  return answer.statusCode
}
