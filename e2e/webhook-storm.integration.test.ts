import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { POST as deliver } from '../app/api/webhooks/gitlab/[projectId]/route.ts'
import { createWorld, type Instance, type World } from '../lib/context.ts'
import { type FreshDatabase, freshDatabase } from '../lib/db/fresh-database.ts'
import { everywhere } from '../lib/domain/access.ts'
import { readEnv } from '../lib/env.ts'
import { installWebhook } from '../lib/operations/webhook.ts'
import { syncProject } from '../lib/sync/gitlab.ts'
import { followHints } from '../lib/sync/hints.ts'
import { syncProjects } from '../lib/sync/projects.ts'
import { apiToken } from './stand-ins/gitlab/empty-world.ts'
import { startTestGitlab, type TestGitlab } from './stand-ins/gitlab/test-gitlab.ts'

const shared = globalThis as { berthInstance?: Instance }
const project = 'hello/hello-app'

let gitlab: TestGitlab
let databases: FreshDatabase[]
let world: World
/** The last pipeline that was there before. */
let seeded: number
const door = createServer((incoming, response) => {
  const chunks: Buffer[] = []
  incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
  incoming.on('end', async () => {
    const headers = Object.entries(incoming.headers).map(([name, value]) => [name, String(value)] as [string, string])
    const request = new Request('http://berth.test/', { method: 'POST', headers, body: Buffer.concat(chunks) })
    const answer = await deliver(request, { params: Promise.resolve({ projectId: '42' }) })
    response.writeHead(answer.status).end(await answer.text())
  })
})

/** A Berth with a database of its own, which has read the project whole. */
async function berth(url: string): Promise<World> {
  const database = await freshDatabase()
  databases.push(database)
  const env = readEnv({
    DATABASE_URL: database.url,
    BERTH_URL: url,
    BERTH_SECRET: 'a secret of at least 32 characters',
    BERTH_GITLAB_URL: gitlab.url,
    BERTH_GITLAB_TOKEN: apiToken,
    BERTH_GITLAB_REQUESTS_PER_MINUTE: '100000',
  })
  const made = createWorld(env)
  shared.berthInstance ??= { world: made, env, databaseUrl: database.url }
  await syncProjects(made, [project])
  await syncProject(made, 42, 'full')
  return made
}

beforeAll(async () => {
  databases = []
  gitlab = await startTestGitlab()
  gitlab.world.jobMs = 30
  seeded = gitlab.world.lastIds.pipeline ?? 0
  await new Promise<void>((resolve) => door.listen(0, '127.0.0.1', resolve))
  world = await berth(`http://127.0.0.1:${(door.address() as AddressInfo).port}`)
  const actor = {
    kind: 'operator',
    name: 'operator',
    via: 'page',
    personId: null,
    access: everywhere('maintainer'),
  } as const
  expect(await installWebhook({ ...world, actor }, { projectId: 42 })).toMatchObject({
    words: expect.stringContaining('Its first call has arrived.'),
  })
})
afterAll(async () => {
  delete shared.berthInstance
  await gitlab.stop()
  await new Promise((resolve) => door.close(resolve))
  for (const database of databases) await database.drop()
})

const push = (branch: string, message: string) =>
  gitlab.control('POST', '/push', { project, branch, message, files: { 'a.txt': `${message}\n` } })

/** Whatever GitLab is asked for; not when that was. */
async function whatIsKnown({ db }: World) {
  const shown = <Row extends object>(rows: Row[]) =>
    rows.map((row) =>
      Object.fromEntries(
        Object.entries(row)
          .filter(([name]) => !['observedAt', 'stateSince'].includes(name))
          .map(([name, value]) => [name, typeof value === 'bigint' ? Number(value) : value]),
      ),
    )
  return {
    branches: shown(await db.branch.findMany({ orderBy: { name: 'asc' } })),
    mergeRequests: shown(await db.mergeRequest.findMany({ orderBy: { iid: 'asc' } })),
    environments: shown(await db.environment.findMany({ orderBy: { id: 'asc' } })),
    deployments: shown(await db.deployment.findMany({ orderBy: { id: 'asc' } })),
    rows: (await db.boardRow.findMany({ orderBy: { key: 'asc' }, select: { key: true } })).map(({ key }) => key),
  }
}

/** Every new pipeline has ended or waits for a person, and all that was told has arrived. */
const calm = () =>
  vi.waitFor(
    async () => {
      const pipelines = [...(gitlab.world.projects.get(42)?.pipelines.values() ?? [])].filter(({ id }) => id > seeded)
      expect(pipelines.filter(({ status }) => ['created', 'pending', 'running'].includes(status))).toEqual([])
      expect(await world.db.webhookDelivery.count()).toBe((await gitlab.control('GET', '/hooks/events')).body.length)
    },
    { timeout: 40_000, interval: 100 },
  )

test('a thousand deliveries, repeated and in another order, end where a full look does', async () => {
  // A morning's work, of which Berth hears nothing yet: the worker is away.
  for (const name of ['one', 'two', 'three']) {
    await push(`storm/${name}`, `Begin ${name}`)
    await gitlab.control('POST', '/merge-requests/open', { project, branch: `storm/${name}` })
  }
  await push('master', 'Ship it')
  await calm()
  await push('storm/two', 'Go on with two')
  await gitlab.control('POST', '/branches/delete', { project, branch: 'storm/three' })
  await gitlab.control('POST', '/merge-requests/close', {
    project,
    iid: gitlab.world.projects.get(42)?.mergeRequests.at(-1)?.iid,
  })
  await gitlab.control('POST', '/branches/delete', { project, branch: 'wip/notes' })
  await calm()

  // GitLab thought that none of it had arrived, and says it all again as deliveries of their own; then each comes over and over.
  const { body: again } = await gitlab.control('POST', '/hooks/replay', { project, withNewKeys: true })
  const told = (await gitlab.control('GET', '/hooks/events')).body.length
  const storm = gitlab.control('POST', '/hooks/replay', { project, times: Math.ceil(1000 / told) })
  // The worker comes back in the middle of it, so that the order in which it hears is nobody's.
  let isOver = false
  const following = (async () => {
    while (!isOver) {
      await followHints(world, 42)
      await sleep(200)
    }
    await followHints(world, 42)
  })()
  const { body: answers } = await storm
  isOver = true
  await following

  expect(Object.keys(answers)).toEqual(['200'])
  expect(answers[200]).toBeGreaterThanOrEqual(1000)
  expect(Object.keys(again)).toEqual(['202'])
  expect(await world.db.webhookDelivery.count({ where: { handledAt: null } })).toBe(0)
  const webhook = await world.db.webhook.findUniqueOrThrow({ where: { projectId: 42 } })
  expect(webhook.deliveries).toBe(await world.db.webhookDelivery.count())
  expect(webhook.refusals).toBe(0)

  const other = await berth('http://berth.test')
  expect(await whatIsKnown(world)).toEqual(await whatIsKnown(other))
}, 240_000)
