import { afterEach, describe, expect, test, vi } from 'vitest'
import type { CommandOutput } from './output.ts'
import { recorded } from './recordings.ts'
import { type Answers, said, scriptedDokku } from './scripted-dokku.ts'
import { type Answer, finish, pour } from './scripted-host.ts'
import { scriptedSnapshot } from './scripted-snapshot.ts'

const { hostWith, closeAll } = scriptedDokku()
afterEach(closeAll)

const plugins = [
  { name: 'postgres', version: '1.48.0', enabled: true, description: 'dokku postgres service plugin' },
  { name: 'berth', version: '0.1.0', enabled: true, description: 'Berth: one cheap look at everything' },
]

const host = {
  version: recorded('00-version'),
  'plugin:list --format json': said(JSON.stringify(plugins)),
  'apps:list --format json': recorded('06-apps-list-json'),
  'apps:report': recorded('06-apps-report-all'),
  'git:report': recorded('10-git-report'),
  'postgres:list': recorded('16-pg-list'),
  'apps:exists web1': said(''),
  'ps:report multi1 --format json': recorded('04-ps-report-multi-json'),
  'git:report web1': recorded('10-git-report'),
  'domains:report web1 --format json': recorded('07-domains-report-json2'),
  'postgres:exists db1': recorded('16-pg-exists'),
  'postgres:info db1': recorded('16-pg-info'),
  'config:keys web1': recorded('08-config-export-keys'),
  'ps:scale web1 --format json': recorded('10-ps-scale-json'),
  'berth:snapshot': said(JSON.stringify(scriptedSnapshot())),
  'ps:restart never1': recorded('11-ps-restart-never'),
  'apps:destroy nosuch --force': recorded('14-apps-destroy-missing', 20),
  'postgres:destroy db1 --force': recorded('16-pg-destroy-linked', 1),
  'apps:unlock web1': recorded('06-apps-unlock', 1),
} satisfies Record<string, CommandOutput>

/** Everything that can be asked, with what came of it. */
async function everything(answers: Answers) {
  const { dokku } = await hostWith(answers)
  const asked = await Promise.allSettled([
    dokku.look(),
    dokku.appExists('web1'),
    dokku.processReport('multi1'),
    dokku.deployedSha('web1'),
    dokku.domains('web1'),
    dokku.serviceExists('postgres', 'db1'),
    dokku.service('postgres', 'db1'),
    dokku.configKeys('web1'),
    dokku.scaleOf('web1'),
    dokku.snapshot(),
    dokku.restart('never1'),
    dokku.destroyApp('nosuch'),
    dokku.destroyService('postgres', 'db1'),
    dokku.unlock('web1'),
  ])
  return asked.map((result) =>
    result.status === 'fulfilled' ? result.value : `${result.reason.kind}: ${result.reason.message}`,
  )
}

/** What is said before an answer, and, on stderr, also after it. */
const noises = [
  '[notice] 2026/11/23 20:20:01 signal process started\n',
  'bash: warning: setlocale: LC_ALL: cannot change locale (en_US.UTF-8)\n',
  '\x1b[1;33mWARNING: the disk is nearly full\x1b[0m\r\n',
  '\n\n\t\n',
  'é☃\u0000\u0007 binary \ufffd\n',
]

test.each(noises)('%j around every answer changes nothing', async (noise) => {
  const quiet = await everything(host)
  expect(quiet).not.toContainEqual(expect.stringContaining('unavailable'))
  const noisy = Object.entries(host).map(([line, { exitCode, stdout, stderr }]) => [
    line,
    { exitCode, stdout: noise + stdout, stderr: noise + stderr + noise },
  ])
  expect(await everything(Object.fromEntries(noisy))).toEqual(quiet)
})

test.each(['', 'Killed\n', '{}', '[]', '\u0000\u0001', '<html>502 Bad Gateway</html>', '=====> \n'])(
  '%j for an answer is an error in every answer that has to say something',
  async (garbage) => {
    const answers = Object.keys(host).map((line) => [line, said(garbage)])
    const { dokku } = await hostWith(Object.fromEntries(answers))
    const asked = await Promise.allSettled([
      dokku.look(),
      dokku.processReport('multi1'),
      dokku.deployedSha('web1'),
      dokku.domains('web1'),
      dokku.service('postgres', 'db1'),
      dokku.snapshot(),
    ])
    for (const result of asked) {
      expect(result).toMatchObject({ status: 'rejected', reason: { kind: 'unavailable', system: 'dokku' } })
    }
  },
)

describe('a host that', () => {
  test('answers one question slowly goes on answering others', async () => {
    let closed = 0
    const slow = {
      takes: (channel: { on(event: 'close', listener: () => void): void }) => channel.on('close', () => closed++),
    }
    const { dokku, host: scripted } = await hostWith({ ...host, 'git:report web1': slow }, { commandTimeoutMs: 200 })
    const waiting = Array.from({ length: 7 }, () => dokku.deployedSha('web1'))
    const ended = Promise.allSettled(waiting)
    expect(await dokku.appExists('web1')).toBe(true)
    for (const result of await ended)
      expect(result).toMatchObject({
        status: 'rejected',
        reason: { kind: 'unavailable', message: expect.stringContaining('within 0.2 s') },
      })
    await vi.waitUntil(() => closed === 7, { timeout: 4000 })
    expect(await dokku.appExists('web1')).toBe(true)
    expect(scripted.connectionCount).toBe(1)
  })

  test('dies in the middle of an answer is asked again, once', async () => {
    const answer = recorded('10-git-report').stdout
    let deaths = 0
    const dying = {
      takes: (channel, _line, connection) => {
        if (++deaths > 1) return finish(channel, answer)
        channel.write(answer.slice(0, 100), () => connection.end())
      },
    } satisfies { takes: Answer }
    const { dokku, host: scripted } = await hostWith({ 'git:report web1': dying })
    expect(await dokku.deployedSha('web1')).toBe('ab98dd024a6ec7b03fa8bb82fec470c664dd428d')
    expect(scripted.lines).toEqual(['git:report web1', 'git:report web1'])
    expect(scripted.connectionCount).toBe(2)
  })

  test('floods a question with 50 MB is refused, and answers the next', async () => {
    const flood = { takes: (channel: Parameters<typeof pour>[0]) => void pour(channel, 50 * 1024 * 1024) }
    const { dokku, host: scripted } = await hostWith({ ...host, 'git:report': flood })
    await expect(dokku.look()).rejects.toMatchObject({
      kind: 'unavailable',
      message: expect.stringMatching(/more than \d+ bytes/),
    })
    expect(await dokku.appExists('web1')).toBe(true)
    expect(scripted.connectionCount).toBe(1)
  })

  test('has no service plugin', async () => {
    const { 'postgres:list': _list, 'postgres:exists db1': _exists, 'postgres:info db1': _info, ...rest } = host
    const { dokku } = await hostWith({ ...rest, 'plugin:list --format json': recorded('10-plugin-list-json') })
    expect(await dokku.look()).toMatchObject({ servicePlugins: [], services: [], berthPlugin: null })
    expect(await dokku.serviceExists('postgres', 'db1')).toBe(false)
    await expect(dokku.service('postgres', 'db1')).rejects.toMatchObject({ kind: 'refused' })
    await expect(dokku.destroyService('postgres', 'db2')).rejects.toMatchObject({ kind: 'refused' })
  })

  test('opens no session says so for questions, changes and logs alike', async () => {
    const { dokku, host: scripted } = await hostWith(host, {}, 0)
    const refused = { kind: 'unavailable', message: expect.stringContaining('opens no more sessions') }
    const asked = await Promise.allSettled([
      dokku.appExists('web1'),
      dokku.destroyApp('web1'),
      dokku.followLog('web1', { lines: 10, onText: () => {} }, new AbortController().signal),
    ])
    for (const result of asked) expect(result).toMatchObject({ status: 'rejected', reason: refused })
    expect(scripted.lines).toEqual([])
  })
})
