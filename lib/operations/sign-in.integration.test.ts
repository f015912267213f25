import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { clearAudit, type FreshDatabase, freshDatabase } from '#lib/db/fresh-database.ts'
import type { BerthError } from '#lib/domain/errors.ts'
import { choosePassword, needsPassword, setupCode } from './operator-password.ts'
import { hashPassword } from './password-hash.ts'
import { apiTokenOf, sessionOf } from './session.ts'
import { signIn, signOut } from './sign-in.ts'

const minuteMs = 60_000
const dayMs = 24 * 60 * minuteMs

let database: FreshDatabase
let dataDir: string
let clockMs: number
const world = () => ({ db: database.db, now: () => new Date(clockMs) })
const configured = 'correct horse'
const attempt = (password: string, address = '10.0.0.1') => signIn(world(), { password, configured, address })
const sessionUnder = (password: string | null, token: string) => sessionOf(world(), { token, configured: password })
const failure = (attempted: Promise<unknown>) =>
  attempted.then(
    () => expect.fail('It went through.'),
    (error: unknown) => error as BerthError,
  )

beforeAll(async () => {
  database = await freshDatabase()
})
afterAll(() => database.drop())
beforeEach(async () => {
  clockMs = Date.parse('2026-11-23T10:00:00Z')
  dataDir = await mkdtemp(path.join(tmpdir(), 'berth-sign-in-'))
})
afterEach(async () => {
  await rm(dataDir, { recursive: true, force: true })
  await database.db.signInFailure.deleteMany()
  await database.db.operatorPassword.deleteMany()
  await clearAudit(database.db)
})

describe('signing in', () => {
  test('gives a session that is stored as a hash only', async () => {
    const token = await attempt('correct horse')
    expect(await sessionUnder(configured, token)).toEqual({ name: 'operator' })
    const stored = await database.db.session.findMany()
    expect(JSON.stringify(stored)).not.toContain(token)
    expect(await database.db.auditEntry.findMany()).toMatchObject([{ action: 'sign-in', outcome: 'succeeded' }])
  })

  test('a wrong password is refused and audited without the password', async () => {
    expect((await failure(attempt('wrong horse'))).kind).toBe('forbidden')
    const entries = await database.db.auditEntry.findMany({ select: { outcome: true, words: true } })
    expect(entries).toEqual([{ outcome: 'refused', words: 'Wrong password, from 10.0.0.1.' }])
  })

  test('the sixth wrong password within 15 minutes waits, the right one too; another address does not', async () => {
    for (let guess = 1; guess <= 5; guess += 1) expect((await failure(attempt('wrong'))).kind).toBe('forbidden')
    const error = await failure(attempt('correct horse'))
    expect(error).toMatchObject({ kind: 'unavailable', retryAfterSeconds: 900 })
    expect(error.message).toBe('Too many wrong attempts; try again in 15 minutes.')
    expect(await attempt('correct horse', '10.0.0.2')).toBeTypeOf('string')
    clockMs += 15 * minuteMs - 1000
    expect((await failure(attempt('correct horse'))).message).toBe('Too many wrong attempts; try again in 1 seconds.')
    clockMs += 1001
    expect(await attempt('correct horse')).toBeTypeOf('string')
  })

  test('guesses sent at once are counted one by one', async () => {
    const kinds = await Promise.all(
      Array.from({ length: 20 }, () => failure(attempt('wrong')).then(({ kind }) => kind)),
    )
    expect(kinds.filter((kind) => kind === 'forbidden')).toHaveLength(5)
  })

  test('many addresses together are limited too', async () => {
    for (let guess = 0; guess < 60; guess += 1) await failure(attempt('wrong', `10.1.0.${guess}`))
    expect((await failure(attempt('correct horse', '10.2.0.1'))).kind).toBe('unavailable')
  })

  test('a success forgets the failures of its address', async () => {
    for (let guess = 1; guess <= 4; guess += 1) await failure(attempt('wrong'))
    await attempt('correct horse')
    expect((await failure(attempt('wrong'))).kind).toBe('forbidden')
  })
})

describe('a session', () => {
  test('lives 30 days after its last use and ends then', async () => {
    const token = await attempt('correct horse')
    clockMs += 29 * dayMs
    expect(await sessionUnder(configured, token)).not.toBeNull()
    clockMs += 29 * dayMs
    expect(await sessionUnder(configured, token)).not.toBeNull()
    clockMs += 30 * dayMs
    expect(await sessionUnder(configured, token)).toBeNull()
  })

  test('is over when signed out', async () => {
    const token = await attempt('correct horse')
    await signOut(world(), { token, configured })
    expect(await sessionUnder(configured, token)).toBeNull()
  })

  test('is over when the configured password is another one, or none', async () => {
    const token = await attempt('correct horse')
    expect(await sessionUnder('another horse', token)).toBeNull()
    expect(await sessionUnder(null, token)).toBeNull()
    expect(await sessionUnder(configured, token)).not.toBeNull()
  })

  test('is over when the chosen password was replaced', async () => {
    const changedAt = new Date(clockMs)
    await database.db.operatorPassword.create({ data: { hash: await hashPassword('a long one'), changedAt } })
    const token = await signIn(world(), { password: 'a long one', configured: null, address: '10.0.0.1' })
    expect(await sessionUnder(null, token)).not.toBeNull()
    await database.db.operatorPassword.update({ where: { id: 1 }, data: { hash: await hashPassword('a new one') } })
    expect(await sessionUnder(null, token)).toBeNull()
  })
})

describe('the first password', () => {
  const choose = (input: { code: string; password?: string }) =>
    choosePassword(world(), { dataDir, configured: null, address: '10.0.0.1', password: 'a long one', ...input })

  test('is chosen once, with the code from a file that only its owner reads', async () => {
    const code = await setupCode(dataDir)
    expect(code).toMatch(/^[a-z2-9]{12}$/)
    expect(await setupCode(dataDir)).toBe(code)
    expect((await stat(path.join(dataDir, 'setup-code'))).mode & 0o777).toBe(0o600)
    expect(await needsPassword(world(), null)).toBe(true)
    await choose({ code: ` ${code.toUpperCase()} ` })
    expect(await needsPassword(world(), null)).toBe(false)
    await expect(readFile(path.join(dataDir, 'setup-code'))).rejects.toThrow('ENOENT')
    expect((await failure(choose({ code }))).kind).toBe('refused')
    const input = { configured: null, address: '10.0.0.1' }
    expect(await signIn(world(), { ...input, password: 'a long one' })).toBeTypeOf('string')
    expect((await failure(signIn(world(), { ...input, password: 'another one' }))).kind).toBe('forbidden')
  })

  test('needs the right code, and guessing it is limited', async () => {
    for (let guess = 1; guess <= 5; guess += 1)
      expect((await failure(choose({ code: 'guess' }))).kind).toBe('forbidden')
    expect((await failure(choose({ code: await setupCode(dataDir) }))).kind).toBe('unavailable')
  })

  test('has 8 characters at least', async () => {
    const code = await setupCode(dataDir)
    expect((await failure(choose({ code, password: '1234567' }))).kind).toBe('invalid')
    await choose({ code, password: '12345678' })
  })

  test('cannot be chosen where one is configured', async () => {
    expect(await needsPassword(world(), 'correct horse')).toBe(false)
  })
})

test('the last use of an API token is written at most once a minute', async () => {
  const { createHash } = await import('node:crypto')
  const token = 'berth_secret'
  await database.db.apiToken.create({
    data: { tokenHash: createHash('sha256').update(token).digest('hex'), name: 'ci' },
  })
  const lastUsedAt = async () => (await database.db.apiToken.findUniqueOrThrow({ where: { name: 'ci' } })).lastUsedAt
  expect(await apiTokenOf(world(), token)).toEqual({ name: 'ci', scope: 'act' })
  const first = await lastUsedAt()
  clockMs += minuteMs
  await apiTokenOf(world(), token)
  expect(await lastUsedAt()).toEqual(first)
  clockMs += 1
  await apiTokenOf(world(), token)
  expect(await lastUsedAt()).toEqual(new Date(clockMs))
  expect(await apiTokenOf(world(), 'berth_other')).toBeNull()
  expect(await apiTokenOf(world(), 'secret')).toBeNull()
})
