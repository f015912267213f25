import { describe, expect, test } from 'vitest'
import { storedWebhook } from '#lib/db/webhooks.ts'
import { BerthError } from '#lib/domain/errors.ts'
import { webhookReport } from '#lib/queries/webhook.ts'
import type { Context } from '../context.ts'
import { member, onlooker } from './fake-world.ts'
import { sealPurpose } from './receive-webhook.ts'
import { database, fake, givenFreshWorlds } from './test-world.ts'
import { checkWebhooks, installWebhook, removeWebhook, signWebhook, testWebhook } from './webhook.ts'

givenFreshWorlds()

const place = { projectId: 42 }
const url = 'https://berth.test/api/webhooks/gitlab/42'
const signingToken = `whsec_${Buffer.alloc(32, 1).toString('base64')}`
const as = (actor: Context['actor']): Context => ({ ...fake.ctx, actor })
const hanako = (): Context => as({ ...member('maintainer', { name: 'hanako' }), personId: 'hanako-id' })
const kept = () => storedWebhook(database.db, 42)
const audit = () => database.db.auditEntry.findMany({ orderBy: { id: 'asc' } })

test('one click: GitLab is asked as the person, tried, and the token is kept sealed', async () => {
  expect(await installWebhook(hanako(), place)).toEqual({
    words: 'GitLab calls berth.test from now on. Its first call has arrived.',
  })
  expect(fake.actedAs).toEqual(['hanako-id'])
  const [hook] = fake.gitlab.hookList
  expect(fake.gitlab.hookList).toMatchObject([{ url, token: expect.stringMatching(/^[\w-]{43}$/) }])
  expect(fake.gitlab.changes).toEqual([`add hook ${hook?.id}`, `test hook ${hook?.id}`])
  const stored = await kept()
  expect(stored).toMatchObject({ hookId: hook?.id, installedBy: 'hanako', gitlabStatus: 'executable', deliveries: 0 })
  expect(fake.world.seal.open(stored?.token ?? '', sealPurpose('token', 42))).toBe(hook?.token)
  expect(await audit()).toMatchObject([
    { action: 'webhook.install', actor: 'hanako', outcome: 'succeeded', target: 'webhook of hello/hello-app' },
  ])
  const told = JSON.stringify([await audit(), await webhookReport(hanako(), 42)], (_, value) =>
    typeof value === 'bigint' ? Number(value) : value,
  )
  expect(told).not.toContain(hook?.token)
  expect(told).not.toContain(stored?.token)
})

test('a second click gives the same hook a new token', async () => {
  await installWebhook(hanako(), place)
  const before = structuredClone(fake.gitlab.hookList)
  await installWebhook(hanako(), place)
  expect(fake.gitlab.hookList).toHaveLength(1)
  expect(fake.gitlab.hookList[0]).toMatchObject({ id: before[0]?.id, url })
  expect(fake.gitlab.hookList[0]?.token).not.toBe(before[0]?.token)
})

test('a hook that an earlier Berth left behind is taken over', async () => {
  fake.gitlab.hookList.push({ id: 99, url, status: 'disabled', token: 'of long ago' })
  await installWebhook(hanako(), place)
  expect(fake.gitlab.hookList.map(({ id }) => id)).toEqual([99])
  expect(await kept()).toMatchObject({ hookId: 99 })
})

test('a hook that GitLab cannot reach stays, with what is wrong in plain words', async () => {
  fake.gitlab.failures.push({ method: 'testHook', error: new BerthError('refused', 'gitlab', 'Connection refused') })
  const ctx = { ...hanako(), url: 'http://localhost:3000' }
  const { words } = await installWebhook(ctx, place)
  expect(words).toContain('Its first call has not arrived: Connection refused')
  expect(words).toContain('BERTH_URL leads to localhost:3000')
  expect(await kept()).not.toBeNull()
})

test('a hook that GitLab refuses is not kept', async () => {
  fake.gitlab.failures.push({ method: 'addHook', error: new BerthError('refused', 'gitlab', 'Invalid url given') })
  await expect(installWebhook(hanako(), place)).rejects.toMatchObject({ message: 'Invalid url given' })
  expect(await kept()).toBeNull()
  expect(await audit()).toMatchObject([{ outcome: 'refused', words: 'Invalid url given' }])
})

describe('who is no maintainer', () => {
  test.each([
    ['installs', installWebhook],
    ['removes', removeWebhook],
    ['tests', testWebhook],
    ['signs', (ctx: Context) => signWebhook(ctx, { ...place, signingToken })],
  ] as const)('%s nothing', async (_, act) => {
    await installWebhook(hanako(), place)
    const before = [structuredClone(fake.gitlab.hookList), await kept()]
    for (const actor of [member('developer'), member('reporter'), onlooker]) {
      await expect(act(as(actor), place)).rejects.toMatchObject({ kind: 'forbidden' })
    }
    await expect(act(as(member(null)), place)).rejects.toMatchObject({ kind: 'not-found' })
    expect([fake.gitlab.hookList, await kept()]).toEqual(before)
    expect((await audit()).slice(1).map(({ outcome }) => outcome)).toEqual(['refused', 'refused', 'refused', 'failed'])
  })
})

describe('what is there', () => {
  test('is tested, and what GitLab thinks of it is noted also when that fails', async () => {
    await installWebhook(hanako(), place)
    Object.assign(fake.gitlab.hookList[0] ?? {}, { status: 'temporarily_disabled' })
    fake.gitlab.failures.push({ method: 'testHook', error: new BerthError('refused', 'gitlab', 'Not today') })
    await expect(testWebhook(hanako(), place)).rejects.toMatchObject({ message: 'Not today' })
    expect(await webhookReport(hanako(), 42)).toMatchObject({ webhook: { health: 'disabled' } })
    Object.assign(fake.gitlab.hookList[0] ?? {}, { status: 'executable' })
    expect(await testWebhook(hanako(), place)).toEqual({ words: 'GitLab called, and was answered.' })
    expect(await kept()).toMatchObject({ gitlabStatus: 'executable' })
  })

  test('is removed in GitLab and here, also when somebody was faster there', async () => {
    await installWebhook(hanako(), place)
    await removeWebhook(hanako(), place)
    expect([fake.gitlab.hookList, await kept()]).toEqual([[], null])
    await installWebhook(hanako(), place)
    fake.gitlab.hookList.length = 0
    await removeWebhook(hanako(), place)
    expect(await kept()).toBeNull()
    await expect(removeWebhook(hanako(), place)).rejects.toMatchObject({ kind: 'not-found' })
  })

  test('is checked now and then with Berth’s own token, and what that may not see stays', async () => {
    await installWebhook(hanako(), place)
    fake.gitlab.hookList.length = 0
    await checkWebhooks(fake.world)
    expect(await kept()).toMatchObject({ gitlabStatus: 'executable' })
    await fake.pause(31 * 60_000, new AbortController().signal)
    fake.gitlab.failures.push({ method: 'hooks', error: new BerthError('forbidden', 'gitlab', '403 Forbidden') })
    await checkWebhooks(fake.world)
    expect(await kept()).toMatchObject({ gitlabStatus: 'executable' })
    await checkWebhooks(fake.world)
    expect(await webhookReport(hanako(), 42)).toMatchObject({ webhook: { health: 'gone' } })
  })

  test('is signed with a token that somebody copied from GitLab, kept sealed', async () => {
    await installWebhook(hanako(), place)
    await expect(signWebhook(hanako(), { ...place, signingToken: 'a guess' })).rejects.toMatchObject({
      kind: 'invalid',
    })
    await signWebhook(hanako(), { ...place, signingToken: ` ${signingToken}\n` })
    const sealed = (await kept())?.signingKey ?? ''
    expect(sealed).not.toContain(signingToken)
    expect(fake.world.seal.open(sealed, sealPurpose('signing', 42))).toBe(signingToken)
    expect(await webhookReport(hanako(), 42)).toMatchObject({ webhook: { isSigned: true } })
    await signWebhook(hanako(), { ...place, signingToken: null })
    expect((await kept())?.signingKey).toBeNull()
  })
})

test('a Berth without a webhook says where GitLab would call', async () => {
  expect(await webhookReport(hanako(), 42)).toEqual({ url, doubt: null, webhook: null })
})
