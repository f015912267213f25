import { afterEach, describe, expect, test } from 'vitest'
import type { Dokku } from './contract.ts'
import type { CommandOutput } from './output.ts'
import { recorded } from './recordings.ts'
import { type Answers, failed, said, scriptedDokku } from './scripted-dokku.ts'
import type { ScriptedHost } from './scripted-host.ts'
import { scriptedSnapshot } from './scripted-snapshot.ts'

const { hostWith, closeAll } = scriptedDokku()
afterEach(closeAll)

const pluginsWith = (...names: string[]): CommandOutput =>
  said(
    JSON.stringify(
      names.map((name) => ({
        name,
        version: '1.48.0',
        enabled: true,
        core: false,
        description: `dokku ${name} service plugin`,
      })),
    ),
  )

const appReport = (name: string) =>
  `=====> ${name} app information\n       App created at:   1795465448\n       App locked:   true\n`
const gitReport = (name: string, sha: string) => `=====> ${name} git information\n       Git sha:   ${sha}\n`
const sha = (digit: string) => digit.repeat(40)

const oneApp: Answers = {
  version: recorded('00-version'),
  'plugin:list --format json': pluginsWith('postgres', 'redis'),
  'apps:list --format json': said('["web1"]'),
  'apps:report': said(appReport('web1')),
  'git:report': said(gitReport('web1', sha('a'))),
  'postgres:list': recorded('16-pg-list'),
  'redis:list': failed('', 0),
}

describe('look', () => {
  test('tells apps, commits, locks and services of the whole host', async () => {
    const { dokku, host } = await hostWith({
      ...oneApp,
      'redis:list': said('', ' !     There are no Redis services\n'),
    })
    expect(await dokku.look()).toEqual({
      version: '0.38.27',
      servicePlugins: ['postgres', 'redis'],
      berthPlugin: null,
      apps: [
        {
          name: 'web1',
          createdAt: new Date(1795465448000),
          locked: true,
          deployedSha: sha('a'),
          sourceImage: null,
          deployedAt: null,
        },
      ],
      services: [{ plugin: 'postgres', name: 'db1' }],
    })
    expect(dokku.commandCount).toBe(7)
    await dokku.look()
    expect(dokku.commandCount, 'version and plugins are not asked again').toBe(12)
    expect(host.connectionCount).toBe(1)
    expect(dokku.refusedKey).toBeNull()
  })

  test('an empty host without service plugins is no error', async () => {
    const { dokku } = await hostWith({
      version: recorded('00-version'),
      'plugin:list --format json': recorded('10-plugin-list-json'),
      'apps:list --format json': recorded('01-apps-list-empty-json'),
      'apps:report': recorded('01-apps-report-noapps'),
      'git:report': recorded('01-apps-report-noapps'),
    })
    expect(await dokku.look()).toEqual({
      version: '0.38.27',
      servicePlugins: [],
      berthPlugin: null,
      apps: [],
      services: [],
    })
    expect(dokku.commandCount).toBe(5)
  })

  test('an old host without JSON is asked in text, and not asked twice for what it refused', async () => {
    const noFlag = recorded('04-ps-report-badflag', 1)
    const { dokku, host } = await hostWith({
      version: said('dokku version 0.30.1\n'),
      'plugin:list --format json': failed(' !     Invalid flag passed, valid flags: none\n'),
      'plugin:list': said(
        `${recorded('10-plugin-list').stdout}  postgres  1.20.0 enabled    dokku postgres service plugin\n`,
      ),
      'apps:list --format json': recorded('06-apps-list-badformat'),
      'apps:report': recorded('06-apps-report-all'),
      'git:report': recorded('10-git-report'),
      'postgres:list': recorded('16-pg-list-json'),
      'ps:report multi1 --format json': noFlag,
      'ps:report multi1': recorded('04-ps-report-multi'),
      'ps:report never1': recorded('04-ps-report-never'),
      'domains:report web1 --format json': noFlag,
      'domains:report web1': recorded('07-domains-report'),
    })
    const look = await dokku.look()
    expect(look.version).toBe('0.30.1')
    expect(look.apps).toHaveLength(7)
    expect(look.apps.find(({ name }) => name === 'web1')?.deployedSha).toBe('ab98dd024a6ec7b03fa8bb82fec470c664dd428d')
    expect((await dokku.processReport('multi1')).processes).toHaveLength(3)
    expect((await dokku.processReport('never1')).deployed).toBe(false)
    expect(await dokku.domains('web1')).toEqual(['web1.dokku.me'])
    expect(host.lines).not.toContain('ps:report never1 --format json')
  })

  test('reports that disagree, because an app came or went, are read again', async () => {
    let looks = 0
    const { dokku } = await hostWith({
      ...oneApp,
      'redis:list': said('', ' !     There are no Redis services\n'),
      'apps:list --format json': () => said(looks++ === 0 ? '["web1"]' : '["new1","web1"]'),
      'apps:report': said(appReport('new1') + appReport('web1')),
      'git:report': said(gitReport('new1', sha('b')) + gitReport('web1', sha('a'))),
    })
    expect((await dokku.look()).apps.map(({ name, deployedSha }) => [name, deployedSha])).toEqual([
      ['new1', sha('b')],
      ['web1', sha('a')],
    ])
  })

  test('an app that a report always leaves out is shown without what it would tell', async () => {
    const { dokku } = await hostWith({
      ...oneApp,
      'redis:list': said('', ' !     There are no Redis services\n'),
      'apps:list --format json': said('["broken1","web1"]'),
    })
    expect((await dokku.look()).apps[0]).toMatchObject({ name: 'broken1', deployedSha: null, locked: null })
  })

  test('a plugin that was removed since has no services', async () => {
    let plugins = pluginsWith('postgres')
    const answers: Answers = { ...oneApp, 'plugin:list --format json': () => plugins }
    const { dokku } = await hostWith(answers)
    expect((await dokku.look()).services).toHaveLength(1)
    delete answers['postgres:list']
    await expect(dokku.look(), 'while the plugin is there, its silence is an error').rejects.toMatchObject({
      kind: 'refused',
    })
    plugins = recorded('10-plugin-list-json')
    expect((await dokku.look()).services).toEqual([])
  })

  test.each([
    ['apps:list --format json', said('')],
    ['apps:list --format json', said('{"error":"x"}')],
    ['apps:report', said('')],
    ['apps:report', said('Killed\n')],
    ['git:report', said('fork: retry: Resource temporarily unavailable\n')],
    ['version', said('')],
    ['plugin:list --format json', said('[]')],
    ['postgres:list', said('')],
  ])('%s answered by %j is an error, never an empty host', async (line, answer) => {
    const { dokku } = await hostWith({ ...oneApp, 'redis:list': recorded('16-pg-list-empty'), [line]: answer })
    await expect(dokku.look()).rejects.toMatchObject({ kind: 'unavailable', system: 'dokku' })
  })

  test('noise around the answers is not taken for them', async () => {
    const noise = '[notice] 2026-11-23 signal process started\n'
    const noisy: Answers = { ...oneApp, 'plugin:list --format json': pluginsWith() }
    for (const [line, answer] of Object.entries(noisy)) {
      if ('stdout' in answer) noisy[line] = said(noise + answer.stdout, noise)
    }
    const { dokku } = await hostWith({ ...noisy, 'plugin:list --format json': recorded('10-plugin-list-json') })
    expect((await dokku.look()).apps.map(({ name }) => name)).toEqual(['web1'])
  })
})

describe('whether something is there', () => {
  const host = (answers: Answers): Promise<{ host: ScriptedHost; dokku: Dokku }> => hostWith({ ...oneApp, ...answers })

  test('an app', async () => {
    const { dokku } = await host({
      'apps:exists web1': said(''),
      'apps:exists gone1': failed(' !     App gone1 does not exist\n', 20),
      'apps:exists odd1': failed(' !     Directory /home/dokku/odd1 does not exist\n'),
      'apps:exists broken1': failed('fork: retry: Resource temporarily unavailable\n'),
    })
    expect(await dokku.appExists('web1')).toBe(true)
    expect(await dokku.appExists('gone1')).toBe(false)
    await expect(dokku.appExists('broken1')).rejects.toMatchObject({ kind: 'refused' })
    await expect(dokku.appExists('odd1'), 'something else is missing').rejects.toThrowError('/home/dokku/odd1')
  })

  test('a service', async () => {
    const { dokku } = await host({
      'postgres:exists db1': recorded('16-pg-exists'),
      'postgres:exists nosvc': recorded('16-pg-exists-missing', 1),
      'postgres:exists broken1': failed('permission denied\n'),
    })
    expect(await dokku.serviceExists('postgres', 'db1')).toBe(true)
    expect(await dokku.serviceExists('postgres', 'nosvc')).toBe(false)
    expect(await dokku.serviceExists('mysql', 'db1'), 'the plugin is not installed').toBe(false)
    await expect(dokku.serviceExists('postgres', 'broken1')).rejects.toMatchObject({ kind: 'refused' })
    await expect(dokku.serviceExists('redis', 'cache'), 'an old plugin without the command').rejects.toMatchObject({
      kind: 'refused',
    })
  })
})

test('one app, one service, one log', async () => {
  const { dokku } = await hostWith({
    'git:report web1': recorded('10-git-report'),
    'git:report nosuch': recorded('04-ps-report-missing', 20),
    'postgres:info db1': recorded('16-pg-info'),
    'logs web1 --num 2': recorded('09-logs-num2'),
    'logs never1 --num 2': recorded('09-logs-never', 1),
  })
  expect(await dokku.deployedSha('web1')).toBe('ab98dd024a6ec7b03fa8bb82fec470c664dd428d')
  await expect(dokku.deployedSha('nosuch')).rejects.toMatchObject({ kind: 'not-found' })
  expect(await dokku.service('postgres', 'db1')).toMatchObject({ status: 'running', version: '18.4' })
  expect(await dokku.logs('web1', 2)).toBe(recorded('09-logs-num2').stdout)
  await expect(dokku.logs('never1', 2)).rejects.toThrowError('App never1 has not been deployed')
})

test('the names of config variables, and the wished containers', async () => {
  const { dokku, host } = await hostWith({
    'config:keys web1': recorded('08-config-export-keys'),
    'config:keys nosuch': failed(' !     App nosuch does not exist\n', 20),
    'ps:scale web1 --format json': recorded('10-ps-scale-json'),
  })
  expect(await dokku.configKeys('web1')).toContain('FOO')
  await expect(dokku.configKeys('nosuch')).rejects.toMatchObject({ kind: 'not-found' })
  expect(await dokku.scaleOf('web1')).toEqual({ web: 1 })
  const old = await hostWith({
    'ps:scale web1 --format json': failed('unknown flag: --format\n', 2),
    'ps:scale web1': recorded('10-ps-scale'),
  })
  expect(await old.dokku.scaleOf('web1')).toEqual({ web: 1 })
  expect(host.lines.join()).not.toContain('config:export')
})

describe('the berth plugin', () => {
  const berth = said(
    JSON.stringify([{ name: 'berth', version: '0.1.0', enabled: true, core: false, description: 'Berth: …' }]),
  )
  const document = said(`${JSON.stringify(scriptedSnapshot())}\n`)
  const withBerth: Answers = {
    version: recorded('00-version'),
    'plugin:list --format json': berth,
    'apps:list --format json': recorded('01-apps-list-empty-json'),
    'apps:report': recorded('01-apps-report-noapps'),
    'git:report': recorded('01-apps-report-noapps'),
    'berth:snapshot': document,
    'berth:snapshot --usage': document,
  }

  test('is told by the look, and asked once for everything', async () => {
    const { dokku, host } = await hostWith(withBerth)
    expect((await dokku.look()).berthPlugin).toBe('0.1.0')
    expect((await dokku.snapshot()).apps).toHaveLength(1)
    expect(host.lines.slice(5)).toEqual(['berth:snapshot'])
    await dokku.snapshot({ usage: true })
    expect(host.lines.at(-1)).toBe('berth:snapshot --usage')
  })

  test('is not asked on a host without it', async () => {
    const { dokku, host } = await hostWith({ ...withBerth, 'plugin:list --format json': pluginsWith('postgres') })
    await expect(dokku.snapshot()).rejects.toMatchObject({
      kind: 'refused',
      message: expect.stringContaining('does not have the berth plugin'),
    })
    expect(host.lines).not.toContain('berth:snapshot')
  })

  test('that was removed since is noticed', async () => {
    let plugins = berth
    const answers: Answers = { ...withBerth, 'plugin:list --format json': () => plugins }
    const { dokku } = await hostWith(answers)
    await dokku.snapshot()
    delete answers['berth:snapshot']
    plugins = pluginsWith('postgres')
    await expect(dokku.snapshot()).rejects.toMatchObject({
      kind: 'refused',
      message: expect.stringContaining('is not a dokku command'),
    })
    await expect(dokku.snapshot()).rejects.toMatchObject({
      message: expect.stringContaining('does not have the berth plugin'),
    })
  })
})

test('names that could be something else never reach the host', async () => {
  const { dokku, host } = await hostWith({})
  await expect(dokku.logs('web1 --tail', 2)).rejects.toMatchObject({ kind: 'invalid' })
  await expect(dokku.processReport('--force')).rejects.toMatchObject({ kind: 'invalid' })
  await expect(dokku.appExists('--force')).rejects.toMatchObject({ kind: 'invalid' })
  await expect(dokku.serviceExists('postgres', '--help')).rejects.toMatchObject({ kind: 'invalid' })
  expect(host.connectionCount).toBe(0)
})
