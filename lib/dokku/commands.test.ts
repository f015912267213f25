import { expect, test } from 'vitest'
import { commandLine } from './command-line.ts'
import * as commands from './commands.ts'

test.each([
  [commands.version(), 'version'],
  [commands.pluginList('json'), 'plugin:list --format json'],
  [commands.pluginList('text'), 'plugin:list'],
  [commands.appsList('json'), 'apps:list --format json'],
  [commands.appsReport(), 'apps:report'],
  [commands.gitReport(), 'git:report'],
  [commands.gitReport('web1'), 'git:report web1'],
  [commands.appsExists('review-fix-login-abc123'), 'apps:exists review-fix-login-abc123'],
  [commands.psReport('web1', 'json'), 'ps:report web1 --format json'],
  [commands.psReport('web1', 'text'), 'ps:report web1'],
  [commands.domainsReport('web1', 'json'), 'domains:report web1 --format json'],
  [commands.serviceList('postgres'), 'postgres:list'],
  [commands.serviceExists('postgres', 'web1-database'), 'postgres:exists web1-database'],
  [commands.serviceInfo('redis', 'cache'), 'redis:info cache'],
  [commands.logs('web1', 50), 'logs web1 --num 50'],
  [commands.logsTail('web1', 50), 'logs web1 --num 50 --tail'],
  [commands.configKeys('web1'), 'config:keys web1'],
  [commands.psScaleReport('web1', 'json'), 'ps:scale web1 --format json'],
  [commands.psScaleReport('web1', 'text'), 'ps:scale web1'],
  [commands.berthSnapshot({ usage: false }), 'berth:snapshot'],
  [commands.berthSnapshot({ usage: true }), 'berth:snapshot --usage'],
  [commands.berthEvents(), 'berth:events'],
  [commands.appsDestroy('web1'), 'apps:destroy web1 --force'],
  [commands.appsDestroy('legit-app'), 'apps:destroy legit-app --force'],
  [commands.serviceDestroy('postgres', 'web1-database'), 'postgres:destroy web1-database --force'],
  [commands.psRestart('web1'), 'ps:restart web1'],
  [commands.psRebuild('web1'), 'ps:rebuild web1'],
  [commands.psScale('web1', { web: 2, 'my-worker': 0 }), 'ps:scale web1 web=2 my-worker=0'],
  [commands.appsUnlock('web1'), 'apps:unlock web1'],
])('%j is sent as %s', (words, line) => {
  expect(commandLine(words)).toBe(line)
})

test.each(['', '-n', '--force', 'Web1', 'web1 web2', 'web1;id', 'wéb', "web'1", 'web1\n', '.web', 'web_1'])(
  '%j is no name of an app',
  (name) => {
    expect(() => commands.appsExists(name)).toThrowError(expect.objectContaining({ kind: 'invalid' }))
  },
)

test.each(['', '-x', 'a b', 'db\n', 'db;id', '--dsn'])('%j is no name of a service', (name) => {
  expect(() => commands.serviceInfo('postgres', name)).toThrowError(expect.objectContaining({ kind: 'invalid' }))
})

test('a plugin named by the outside cannot become another command', () => {
  expect(() => commands.serviceList('apps:destroy web1 --force postgres')).toThrowError('name of a plugin')
})

test.each([0, -1, 1.5, 10_001, Number.NaN])('a log of %d lines is not asked for', (lines) => {
  expect(() => commands.logs('web1', lines)).toThrowError(expect.objectContaining({ kind: 'invalid' }))
})

test.each([
  [{ web: -1 }],
  [{ web: 101 }],
  [{ web: 1.5 }],
  [{ web: Number.NaN }],
  [{ web: 1, '--skip-deploy': 1 }],
  [{ 'web=1 worker': 1 }],
  [{ '': 1 }],
  [{}],
])('%j is no scale to ask for', (counts) => {
  expect(() => commands.psScale('web1', counts as Record<string, number>)).toThrowError(
    expect.objectContaining({ kind: 'invalid' }),
  )
})

test.each([
  [() => commands.appsDestroy('--force')],
  [() => commands.appsDestroy('web1 --force web2')],
  [() => commands.serviceDestroy('postgres', '*')],
  [() => commands.serviceDestroy('apps', '--force')],
])('what is to be destroyed is one name', (words) => {
  expect(words).toThrowError(expect.objectContaining({ kind: 'invalid' }))
})
