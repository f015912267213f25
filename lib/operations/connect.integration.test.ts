import { type ChildProcess, spawn } from 'node:child_process'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createInterface } from 'node:readline'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { purposes, storedConnections } from '#lib/db/connections.ts'
import { clearAudit, type FreshDatabase, freshDatabase } from '#lib/db/fresh-database.ts'
import { writeProjects } from '#lib/db/observations-projects.ts'
import { type Actor, everywhere } from '#lib/domain/access.ts'
import { type Env, readEnv } from '#lib/env.ts'
import { createSeal } from '#lib/seal.ts'
import { type Context, createWorld } from '../context.ts'
import { chooseProjects } from './choose-projects.ts'
import { connectGitlab } from './connect-gitlab.ts'
import { addHost } from './connect-host.ts'
import { leaveDemo } from './leave-demo.ts'

const secret = 'a secret of at least 32 characters'
const token = 'glpat-the-token-of-berth'
const path = 'hello/hello-app'

let database: FreshDatabase
let ctx: Context
let given: Env
const servers: Server[] = []
const children: ChildProcess[] = []

const actorOf = (kind: Actor['kind'], role: 'reporter' | 'maintainer'): Actor => ({
  kind,
  name: kind,
  via: 'page',
  personId: null,
  access: everywhere(role),
})

beforeAll(async () => {
  database = await freshDatabase()
})
afterAll(() => database.drop())
beforeEach(() => {
  given = readEnv({ DATABASE_URL: database.url, BERTH_SECRET: secret, BERTH_URL: 'http://berth.test' })
  ctx = { ...createWorld(given), db: database.db, actor: actorOf('operator', 'maintainer') }
})
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  for (const server of servers.splice(0)) server.close()
  await database.db.$executeRaw`
    TRUNCATE "GitlabConnection", "HostConnection", "ProjectMapping", "SetupProgress", "Person", "Project" CASCADE`
  await clearAudit(database.db)
})

/** A GitLab that takes one token, and shows one project. */
async function startGitlab(): Promise<string> {
  const answers: Record<string, object> = {
    '/api/v4/personal_access_tokens/self': { name: 'berth', scopes: ['api'], expires_at: null },
    '/api/v4/user': { username: 'bot', state: 'active' },
    '/api/v4/projects/hello%2Fhello-app': {
      id: 42,
      path_with_namespace: path,
      name: 'hello-app',
      web_url: 'http://git',
    },
  }
  const server = createServer((request, response) => {
    const isKnown = request.headers.authorization === `Bearer ${token}`
    const body = isKnown ? answers[request.url ?? ''] : { message: '401 Unauthorized' }
    response.writeHead(isKnown ? (body ? 200 : 404) : 401, { 'content-type': 'application/json' })
    response.end(JSON.stringify(body ?? { message: '404 Project Not Found' }))
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const stored = (seal = ctx.seal, unreadable: string[] = []) =>
  storedConnections(database.db, seal, (what) => unreadable.push(what))

const lastAudit = () => database.db.auditEntry.findFirst({ orderBy: { id: 'desc' } })

test('a token is kept sealed, and nothing is used before the projects are chosen', async () => {
  const url = await startGitlab()
  expect(await connectGitlab(ctx, { given, url: `${url}/`, token: ` ${token} ` })).toBeNull()
  const row = await database.db.gitlabConnection.findUniqueOrThrow({ where: { id: 1 } })
  expect(JSON.stringify(row)).not.toContain(token)
  expect(ctx.seal.open(row.token, purposes.gitlabToken)).toBe(token)
  expect((await stored()).gitlab).toBeNull()
  expect(await chooseProjects(ctx, { given, paths: [path], mappings: { [path]: { reviewHost: 'review' } } })).toBeNull()
  expect(await stored()).toMatchObject({
    gitlab: { url, token, projects: [path] },
    mappings: { [path]: { reviewHost: 'review' } },
  })
  expect(JSON.stringify(await database.db.auditEntry.findMany(), (_, value) => String(value))).not.toContain(token)
})

test('what fails its test leaves everything as it was, and a word in the audit', async () => {
  const url = await startGitlab()
  expect(await connectGitlab(ctx, { given, url, token })).toBeNull()
  expect(await connectGitlab(ctx, { given, url, token: 'another' })).toMatchObject({ field: 'token' })
  expect(await lastAudit()).toMatchObject({ action: 'gitlab.connect', outcome: 'refused', actor: 'operator' })
  const row = await database.db.gitlabConnection.findUniqueOrThrow({ where: { id: 1 } })
  expect(ctx.seal.open(row.token, purposes.gitlabToken)).toBe(token)
  const missing = await chooseProjects(ctx, { given, paths: [path, 'hello/nowhere'], mappings: {} })
  expect(missing?.words).toContain('hello/nowhere')
  expect((await stored()).gitlab).toBeNull()
})

test('only an admin connects anything, and never what a variable sets', async () => {
  const looking = { ...ctx, actor: actorOf('token', 'reporter') }
  await expect(connectGitlab(looking, { given, url: 'http://127.0.0.1:1', token })).rejects.toThrow(/may look/)
  await expect(
    addHost(looking, { given, name: 'a', address: '127.0.0.1', port: 1, user: 'dokku', role: 'review' }),
  ).rejects.toThrow(/may look/)
  const byEnv = { ...given, BERTH_GITLAB_URL: 'https://gitlab.example.jp' }
  await expect(connectGitlab(ctx, { given: byEnv, url: 'http://127.0.0.1:1', token })).rejects.toThrow(
    'BERTH_GITLAB_URL',
  )
  expect(await lastAudit()).toMatchObject({ outcome: 'refused' })
})

test('another GitLab begins with nobody and nothing of the one before', async () => {
  const [first, second] = [await startGitlab(), await startGitlab()]
  await connectGitlab(ctx, { given, url: first, token })
  const at = new Date()
  const person = {
    id: 'p',
    name: 'Hanako',
    email: 'h@x',
    username: 'hanako',
    gitlabId: 7,
    createdAt: at,
    updatedAt: at,
  }
  const project = {
    id: 42,
    pathWithNamespace: path,
    name: 'a',
    webUrl: 'http://a',
    defaultBranch: null,
    archived: false,
  }
  await database.db.person.create({ data: person })
  await writeProjects(database.db, [project], at)
  await connectGitlab(ctx, { given, url: first, token })
  expect(await database.db.person.count()).toBe(1)
  await connectGitlab(ctx, { given, url: second, token })
  expect([await database.db.person.count(), await database.db.project.count()]).toEqual([0, 0])
})

test('only the operator leaves the demo, where anybody is anybody', async () => {
  const person = { ...ctx, actor: actorOf('person', 'maintainer') }
  await expect(leaveDemo(person)).rejects.toThrow('Only the operator')
  expect((await stored()).hasLeftDemo).toBe(false)
  expect(await leaveDemo(ctx)).toBeNull()
  expect((await stored()).hasLeftDemo).toBe(true)
})

test('what another secret sealed is as if it were not connected; the one before it still opens, and is replaced', async () => {
  await connectGitlab(ctx, { given, url: await startGitlab(), token })
  await chooseProjects(ctx, { given, paths: [path], mappings: {} })
  const unreadable: string[] = []
  expect((await stored(createSeal('another secret, which never sealed it'), unreadable)).gitlab).toBeNull()
  expect(unreadable).toEqual(['the token of GitLab'])
  const next = createSeal('the next secret, with 32 characters', secret)
  expect((await stored(next)).gitlab?.token).toBe(token)
  expect((await stored(createSeal('the next secret, with 32 characters'))).gitlab?.token).toBe(token)
})

test('another process on the same database goes by a new connection without a restart', async () => {
  const other = anotherProcess()
  expect(await other.next()).toBe('null')
  const url = await startGitlab()
  await connectGitlab(ctx, { given, url, token })
  await chooseProjects(ctx, { given, paths: [path], mappings: {} })
  // It may have heard of the address first, which is not used before the projects are chosen.
  let said = await other.next()
  while (said === 'null') said = await other.next()
  expect(said).toBe(url)
}, 90_000)

/** A process that says which GitLab it goes by, at its start and after every change. */
function anotherProcess(): { next(): Promise<string> } {
  const program = `const { openInstance } = await import('#lib/context.ts')
    const say = ({ env }) => console.log('goes by ' + env.BERTH_GITLAB_URL)
    say(await openInstance(say))`
  const env = { ...process.env, DATABASE_URL: database.url, BERTH_SECRET: secret, BERTH_URL: 'http://berth.test' }
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  children.push(child)
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return {
    async next() {
      for (;;) {
        const { value, done } = await lines.next()
        if (done) throw new Error('The process ended.')
        const said = /^goes by (.*)$/.exec(value)?.[1]
        if (said !== undefined) return said
      }
    },
  }
}
