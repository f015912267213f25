import type { ServerChannel } from 'ssh2'
import { afterEach, describe, expect, test } from 'vitest'
import { recorded } from './recordings.ts'
import { failed, said, scriptedDokku } from './scripted-dokku.ts'
import { finish } from './scripted-host.ts'

const { hostWith, closeAll } = scriptedDokku()
afterEach(closeAll)

const loses = { takes: (_channel: unknown, _line: string, connection: { end(): void }) => connection.end() }

describe('destroying', () => {
  test('an app that is there, and one that is not', async () => {
    const { dokku } = await hostWith({
      'apps:destroy tmp1 --force': recorded('14-apps-destroy-force'),
      'apps:destroy nosuch --force': recorded('14-apps-destroy-missing', 20),
    })
    expect(await dokku.destroyApp('tmp1')).toBe(true)
    expect(await dokku.destroyApp('nosuch')).toBe(false)
  })

  test('an app whose destruction fails over something else that is missing is still there', async () => {
    const { dokku } = await hostWith({
      'apps:destroy tmp1 --force': failed(' !     Postgres service db1 does not exist\n'),
    })
    await expect(dokku.destroyApp('tmp1')).rejects.toMatchObject({ kind: 'refused' })
  })

  test('a service that is there, that is not, and that is linked', async () => {
    const { dokku } = await hostWith({
      'postgres:destroy db1 --force': recorded('16-pg-destroy'),
      'postgres:destroy linked --force': recorded('16-pg-destroy-linked', 1),
      'redis:destroy db1 --force': failed(' !     Redis service db1 does not exist\n'),
    })
    expect(await dokku.destroyService('postgres', 'db1')).toBe(true)
    expect(await dokku.destroyService('redis', 'db1')).toBe(false)
    await expect(dokku.destroyService('postgres', 'linked')).rejects.toMatchObject({
      kind: 'refused',
      message: 'postgres:destroy linked on Dokku host "review" said: Cannot delete linked service',
    })
    await expect(dokku.destroyService('mysql', 'db1'), 'without the plugin').rejects.toMatchObject({ kind: 'refused' })
  })
})

describe('restart, rebuild, scale', () => {
  test('succeed however much they print', async () => {
    const { dokku, host } = await hostWith({
      'ps:restart web1': recorded('11-ps-restart'),
      'ps:rebuild web1': recorded('11-ps-rebuild'),
      'ps:scale web1 web=2 worker=0': recorded('11-ps-scale-set'),
    })
    await dokku.restart('web1')
    await dokku.rebuild('web1')
    await dokku.scale('web1', { web: 2, worker: 0 })
    expect(host.lines).toEqual(['ps:restart web1', 'ps:rebuild web1', 'ps:scale web1 web=2 worker=0'])
  })

  test('an app that was never deployed is refused, although Dokku calls it success', async () => {
    const { dokku } = await hostWith({
      'ps:restart never1': recorded('11-ps-restart-never'),
      'ps:rebuild never1': recorded('11-ps-rebuild-never', 1),
      'ps:restart quoting': said('       the app logs: App quoting has not been deployed\n'),
    })
    await expect(dokku.restart('never1')).rejects.toMatchObject({
      kind: 'refused',
      message: expect.stringContaining('App never1 has not been deployed'),
    })
    await expect(dokku.rebuild('never1')).rejects.toMatchObject({ kind: 'refused' })
    await expect(dokku.restart('quoting')).resolves.toBeUndefined()
  })

  test('a missing app, and one that somebody deploys right now', async () => {
    const { dokku } = await hostWith({
      'ps:restart nosuch': failed(' !     App nosuch does not exist\n', 20),
      'ps:rebuild web1': failed('web1 currently has a deploy lock in place. Exiting...\n'),
    })
    await expect(dokku.restart('nosuch')).rejects.toMatchObject({ kind: 'not-found' })
    await expect(dokku.rebuild('web1')).rejects.toMatchObject({
      kind: 'refused',
      message: expect.stringContaining('deploy lock'),
    })
  })

  test('counts that Dokku would take for the worst never reach it', async () => {
    const { dokku, host } = await hostWith({})
    await expect(dokku.scale('web1', { web: -1 })).rejects.toMatchObject({ kind: 'invalid' })
    await expect(dokku.scale('web1', {})).rejects.toMatchObject({ kind: 'invalid' })
    expect(host.connectionCount).toBe(0)
  })
})

test('unlocking tells whether there was a lock', async () => {
  const { dokku } = await hostWith({
    'apps:unlock locked': said('-----> Deploy lock removed\n', ' !     A deploy may be in progress.\n'),
    'apps:unlock web1': recorded('06-apps-unlock', 1),
    'apps:unlock stuck': failed(' !     A deploy may be in progress.\n !     Unable to remove deploy lock\n'),
    'apps:unlock nosuch': failed(' !     App nosuch does not exist\n', 20),
  })
  expect(await dokku.unlock('locked')).toBe(true)
  expect(await dokku.unlock('web1')).toBe(false)
  await expect(dokku.unlock('stuck')).rejects.toMatchObject({ kind: 'refused' })
  await expect(dokku.unlock('nosuch')).rejects.toMatchObject({ kind: 'not-found' })
})

test('a change under which the host dies is sent once, and says that its outcome is not known', async () => {
  const { dokku, host } = await hostWith({
    'apps:destroy web1 --force': loses,
    'ps:rebuild web1': loses,
    'apps:unlock web1': loses,
  })
  for (const change of [dokku.destroyApp, dokku.rebuild, dokku.unlock]) {
    await expect(change('web1')).rejects.toMatchObject({
      kind: 'unavailable',
      message: expect.stringMatching(/lost in the middle of \S+, and what came of it is not known/),
    })
  }
  expect(host.lines).toEqual(['apps:destroy web1 --force', 'ps:rebuild web1', 'apps:unlock web1'])
})

test('a change has its own time, longer than a question has', async () => {
  const { dokku } = await hostWith(
    {
      'ps:restart web1': { takes: (channel) => setTimeout(() => finish(channel, ''), 150) },
      'ps:restart slow': { takes: () => {} },
      'git:report web1': { takes: () => {} },
    },
    { commandTimeoutMs: 50, changeTimeoutMs: 400 },
  )
  await expect(dokku.deployedSha('web1')).rejects.toThrowError('git:report within 0.05 s.')
  await expect(dokku.restart('web1')).resolves.toBeUndefined()
  await expect(dokku.restart('slow')).rejects.toThrowError('ps:restart within 0.4 s, and what came of it is not known')
})

test('changes that take long leave sessions to questions', async () => {
  const gate = Promise.withResolvers<void>()
  const names = Array.from({ length: 12 }, (_, index) => `web${index}`)
  const restarts = names.map((name) => [
    `ps:restart ${name}`,
    { takes: (channel: ServerChannel) => void gate.promise.then(() => finish(channel, '')) },
  ])
  const { dokku, host } = await hostWith({ ...Object.fromEntries(restarts), 'apps:exists web0': said('') })
  const all = Promise.all(names.map((name) => dokku.restart(name)))
  expect(await dokku.appExists('web0')).toBe(true)
  gate.resolve()
  await all
  expect(host.mostSessions).toBeLessThanOrEqual(5)
})
