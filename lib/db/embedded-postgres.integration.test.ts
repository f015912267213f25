import { type ChildProcess, spawn } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded-postgres.ts'
import { serverHome, serverUser } from './postgres-binaries.ts'

let dataDir: string
const open: EmbeddedPostgres[] = []

beforeEach(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'berth-embedded-'))
})

afterEach(async () => {
  for (const server of open.splice(0).toReversed()) await server.stop()
  await rm(dataDir, { recursive: true, force: true })
})

async function start(): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres(dataDir, { settings: ['fsync=off'] })
  open.push(server)
  return server
}

async function ask(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query({ text: sql, rowMode: 'array' })).rows.flat()
  } finally {
    await client.end()
  }
}

const serverPid = async () =>
  Number((await readFile(path.join(dataDir, 'postgres', 'postmaster.pid'), 'utf8')).split('\n')[0])

const isUp = (url: string) =>
  ask(url, 'SELECT 1').then(
    () => true,
    () => false,
  )

describe('a start', () => {
  test('at first makes the server, and keeps its password to the owner', async () => {
    const server = await start()
    expect(server.started).toBe(true)
    expect(await ask(server.url, `SELECT 'ready'`)).toEqual(['ready'])
    const { mode } = await stat(path.join(dataDir, 'postgres.json'))
    expect(mode & 0o777).toBe(0o600)
  })

  test('later finds what was written, on the remembered port', async () => {
    const first = await start()
    await ask(first.url, 'CREATE TABLE kept AS SELECT 7 AS number')
    await first.stop()
    expect(await isUp(first.url)).toBe(false)
    const second = await start()
    expect(second.started).toBe(true)
    expect(second.url).toBe(first.url)
    expect(await ask(second.url, 'SELECT number FROM kept')).toEqual([7])
  })

  test('takes another port when the remembered one is taken', async () => {
    const first = await start()
    await first.stop()
    const port = Number(new URL(first.url).port)
    const stranger = createServer()
    await new Promise<void>((resolve) => stranger.listen(port, '127.0.0.1', resolve))
    onTestFinished(() => void stranger.close())
    const second = await start()
    expect(new URL(second.url).port).not.toBe(String(port))
    expect(await isUp(second.url)).toBe(true)
  })

  test('joins a server that runs already; the last one to leave shuts it down', async () => {
    const first = await start()
    const second = await start()
    expect(second.started).toBe(false)
    expect(second.url).toBe(first.url)
    await first.stop()
    expect(await isUp(second.url)).toBe(true)
    await second.stop()
    expect(await isUp(second.url)).toBe(false)
  })

  test('two at once on an empty folder make one server', async () => {
    const servers = await Promise.all([start(), start()])
    expect(servers.map(({ started }) => started).toSorted()).toEqual([false, true])
    expect(servers[0].url).toBe(servers[1].url)
  })

  test('after Berth was killed joins the server that lived on', async () => {
    const url = await startAndKillBerth()
    expect(await isUp(url)).toBe(true)
    const server = await start()
    expect(server.started).toBe(false)
    expect(server.url).toBe(url)
  })

  test('after the server itself was killed starts it again over the stale postmaster.pid', async () => {
    const first = await start()
    process.kill(await serverPid(), 'SIGKILL')
    await first.lost
    const second = await start()
    expect(second.started).toBe(true)
    expect(await isUp(second.url)).toBe(true)
  })

  test('is not held up by a postmaster.pid whose number now belongs to another program', async () => {
    const first = await start()
    const file = path.join(dataDir, 'postgres', 'postmaster.pid')
    const lines = await readFile(file, 'utf8')
    await first.stop()
    await writeFile(file, lines.replace(/^\d+/, String(process.pid)))
    expect((await start()).started).toBe(true)
  })

  test('is not held up by a half-made server or by the lock of a process that is gone', async () => {
    await mkdir(path.join(dataDir, 'postgres.unfinished'))
    await writeFile(path.join(dataDir, 'postgres.unfinished', 'PG_VERSION'), '18\n')
    await writeFile(path.join(dataDir, 'postgres.lock'), '2147483646')
    expect((await start()).started).toBe(true)
  })
})

describe('refused with a sentence', () => {
  test('a folder that somebody else filled', async () => {
    await mkdir(path.join(dataDir, 'postgres'))
    await writeFile(path.join(dataDir, 'postgres', 'PG_VERSION'), '18\n')
    await expect(start()).rejects.toMatchObject({
      kind: 'refused',
      message: expect.stringContaining('not made by Berth'),
    })
    expect(await readFile(path.join(dataDir, 'postgres', 'PG_VERSION'), 'utf8')).toBe('18\n')
  })

  test('a server of another PostgreSQL version', async () => {
    const server = await start()
    await server.stop()
    await writeFile(path.join(dataDir, 'postgres', 'PG_VERSION'), '16\n')
    await expect(start()).rejects.toMatchObject({ kind: 'refused', message: expect.stringContaining('PostgreSQL 16') })
  })
})

test.runIf(process.getuid?.() === 0)('as root, works from a folder that nobody else may enter', async () => {
  await mkdir(path.join(dataDir, 'private'), { mode: 0o700 })
  const hidden = path.join(dataDir, 'private', 'data')
  const first = await startEmbeddedPostgres(hidden, { settings: ['fsync=off'] })
  const home = await serverHome(await serverUser(), hidden)
  onTestFinished(() => rm(home, { recursive: true, force: true }))
  await ask(first.url, 'CREATE TABLE kept AS SELECT 7 AS number')
  await first.stop()
  const second = await startEmbeddedPostgres(hidden, { settings: ['fsync=off'] })
  open.push(second)
  expect(await ask(second.url, 'SELECT number FROM kept')).toEqual([7])
})

test('nobody comes in from outside this machine or without the password', async () => {
  const server = await start()
  expect(await ask(server.url, 'SHOW listen_addresses')).toEqual(['127.0.0.1'])
  const url = new URL(server.url)
  url.password = 'wrong'
  await expect(ask(url.href, 'SELECT 1')).rejects.toThrow(/password authentication failed/)
})

test('letters fold their case alike on every machine', async () => {
  const server = await start()
  expect(await ask(server.url, `SELECT lower('ÄÖÉ')`)).toEqual(['äöé'])
})

/** Starts the server from a process of its own, which is then killed hard; answers with the server's address. */
async function startAndKillBerth(): Promise<string> {
  const module = path.join(import.meta.dirname, 'embedded-postgres.ts')
  const script = `
    const { startEmbeddedPostgres } = await import(${JSON.stringify(module)})
    const { url } = await startEmbeddedPostgres(${JSON.stringify(dataDir)}, { settings: ['fsync=off'] })
    console.log(url)
    setInterval(() => {}, 1000)`
  const berth = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  const url = await firstLine(berth)
  berth.kill('SIGKILL')
  await new Promise((resolve) => berth.once('exit', resolve))
  return url
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    child.stdout?.once('data', (data: Buffer) => resolve(data.toString().trim()))
    child.once('exit', (code) => reject(new Error(`It ended with ${code}.`)))
  })
}
