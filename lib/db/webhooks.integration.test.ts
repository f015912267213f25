import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Hint } from '../domain/hint.ts'
import { type FreshDatabase, freshDatabase } from './fresh-database.ts'
import { lookStates } from './looks.ts'
import { writeProjects } from './observations-projects.ts'
import {
  acceptDelivery,
  deliveriesFollowed,
  forgetDeliveries,
  removeWebhook,
  storedWebhook,
  waitingDeliveries,
  writeWebhook,
} from './webhooks.ts'

let database: FreshDatabase
beforeAll(async () => {
  database = await freshDatabase()
  const project = { name: 'p', webUrl: 'http://gitlab.test', defaultBranch: 'master', archived: false }
  const projects = [42, 43].map((id) => ({ ...project, id, pathWithNamespace: `team/p${id}` }))
  await writeProjects(database.db, projects, at(0))
})
afterAll(() => database.drop())

beforeEach(async () => {
  await database.db.$executeRaw`TRUNCATE "Webhook", "WebhookDelivery"`
  for (const projectId of [42, 43]) {
    const secrets = { token: 'sealed', signingKey: null }
    await writeWebhook(database.db, {
      projectId,
      hookId: projectId,
      installedBy: 'hanako',
      installedAt: at(0),
      gitlabStatus: 'executable',
      ...secrets,
    })
  }
})

const at = (seconds: number) => new Date(Date.UTC(2026, 10, 24, 12, 0, seconds))
const pushed: Hint[] = [{ kind: 'branch', key: 'fix' }]
const accept = (key: string, { projectId = 42, hints = pushed, seconds = 1 } = {}) =>
  acceptDelivery(database.db, { projectId, key, event: 'Push Hook', hints }, at(seconds))
const stateOf = async (projectId: number) =>
  (await lookStates(database.db, { hasGitlab: true })).find(({ id }) => id === `gitlab:${projectId}`)

test('one key is taken once for each project', async () => {
  expect([await accept('one'), await accept('one'), await accept('one', { projectId: 43 })]).toEqual([
    true,
    false,
    true,
  ])
  expect(await storedWebhook(database.db, 42)).toMatchObject({ deliveries: 1, lastDeliveryAt: at(1) })
  expect(await waitingDeliveries(database.db, 42)).toEqual([{ key: '42 one', hints: pushed }])
})

test('one that comes late does not set back when the last one came', async () => {
  await accept('new', { seconds: 9 })
  await accept('old', { seconds: 3 })
  expect(await storedWebhook(database.db, 42)).toMatchObject({ deliveries: 2, lastDeliveryAt: at(9) })
})

test('a project waits to be followed until its deliveries are, and is asked less often from the first one on', async () => {
  expect(await stateOf(42)).toMatchObject({ hinted: false, hooked: false })
  await accept('one')
  await accept('nothing', { projectId: 43, hints: [] })
  expect(await stateOf(42)).toMatchObject({ hinted: true, hooked: true })
  expect(await stateOf(43)).toMatchObject({ hinted: false, hooked: true })
  await deliveriesFollowed(database.db, ['42 one'], at(2))
  expect(await stateOf(42)).toMatchObject({ hinted: false, hooked: true })
})

test('old deliveries are forgotten, and with a webhook all of its project', async () => {
  await accept('old', { seconds: 1 })
  await accept('new', { seconds: 9 })
  await accept('other', { projectId: 43, seconds: 9 })
  await forgetDeliveries(database.db, at(9))
  expect(await waitingDeliveries(database.db, 42)).toMatchObject([{ key: '42 new' }])
  await removeWebhook(database.db, 42)
  expect(await storedWebhook(database.db, 42)).toBeNull()
  expect(await database.db.webhookDelivery.findMany({ select: { key: true } })).toEqual([{ key: '43 other' }])
})
