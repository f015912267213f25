import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { keyPair } from '../keys.ts'
import { members, people } from '../seed/people.ts'
import { seed } from '../seed/seed.ts'
import { apiToken, emptyWorld } from './empty-world.ts'
import { startGitlab } from './server.ts'
import type { World } from './world.ts'

export interface Answer {
  status: number
  headers: Headers
  /** Parsed when it is JSON, else the text. */
  // biome-ignore lint/suspicious/noExplicitAny: answers of any shape are looked into here.
  body: any
}

export interface TestGitlab {
  world: World
  url: string
  ask(
    method: string,
    path: string,
    options?: { token?: string | null; headers?: Record<string, string>; body?: unknown },
  ): Promise<Answer>
  control(method: string, path: string, body?: unknown): Promise<Answer>
  stop(): Promise<void>
}

async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.includes('json')
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text }
}

/** The seeded GitLab without Dokku hosts: its runner finds them unreachable. Jobs take about 60 ms unless said. */
export async function startTestGitlab({ jobMs = 60, large = true } = {}): Promise<TestGitlab> {
  const dir = await mkdtemp(join(tmpdir(), 'stand-in-gitlab-'))
  const nowhere = { address: '127.0.0.1', sshPort: 9, httpPort: 9, httpsPort: 9, hostKeyFingerprint: 'SHA256:none' }
  const { file } = keyPair(join(dir, 'runner-key'))
  const world = emptyWorld({
    dir,
    users: people,
    members,
    hosts: { review: nowhere, production: nowhere },
    runnerKeyFile: file,
    jobMs,
  })
  await seed(world, { asOf: new Date(), large })
  const { url, stop } = await startGitlab(world)
  return {
    world,
    url,
    ask: async (method, path, { token = apiToken, headers = {}, body } = {}) =>
      answerOf(
        await fetch(`${url}/api/v4${path}`, {
          method,
          headers: { ...(token ? { 'private-token': token } : {}), 'content-type': 'application/json', ...headers },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        }),
      ),
    control: async (method, path, body) =>
      answerOf(
        await fetch(`${url}/__control${path}`, {
          method,
          headers: { 'content-type': 'application/json' },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        }),
      ),
    async stop() {
      await stop()
      await rm(dir, { recursive: true, force: true })
    },
  }
}
