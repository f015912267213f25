import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { pluginsIn } from '#lib/dokku/plugins.ts'
import { createFakeHost, type FakeHost } from './fake-host.ts'

const here = import.meta.dirname
let host: FakeHost | undefined
afterEach(() => host?.close())

const inPlugin = (name: string) => join(here, name)
const commands = (...words: string[]) =>
  spawnSync(inPlugin('commands'), words, {
    encoding: 'utf8',
    env: { ...process.env, DOKKU_NOT_IMPLEMENTED_EXIT: '10' },
  })

test('says which version it is', async () => {
  host = createFakeHost()
  expect(await host.run('version')).toEqual({ stdout: '0.1.0\n', stderr: '', exitCode: 0 })
})

test('a line of dokku help for each command, with one comma to make columns of', () => {
  const { stdout, status } = commands('help')
  expect(status).toBe(0)
  const lines = stdout.trimEnd().split('\n')
  expect(lines.map((line) => line.split(',').length)).toEqual(lines.map(() => 2))
  const names = lines.map((line) => /^ {4}berth(?::(\w+))?/.exec(line)?.[1] ?? 'default')
  expect(names).toEqual(readdirSync(inPlugin('subcommands')).sort())
})

test('explains itself, and leaves the commands of others to them', async () => {
  host = createFakeHost()
  expect(commands('berth:help').stdout).toMatch(/^Usage: dokku berth\[:COMMAND\]\n/)
  expect((await host.run('default')).stdout).toBe(commands('berth:help').stdout)
  expect(commands('apps:list')).toMatchObject({ status: 10, stdout: '', stderr: '' })
})

test('Berth finds it in plugin:list, and its description makes it no service plugin', () => {
  const toml = readFileSync(inPlugin('plugin.toml'), 'utf8')
  const [, description, version] = /^description = "(.+)"\nversion = "(.+)"$/m.exec(toml) ?? []
  expect(pluginsIn(`  berth                ${version} enabled    ${description}\n`)).toEqual({
    servicePlugins: [],
    berthPlugin: '0.1.0',
  })
})

const shellcheck = spawnSync('shellcheck', ['--version']).status === 0
test.skipIf(!shellcheck)('shellcheck, where it is installed, has nothing to say', () => {
  const scripts = ['commands', ...readdirSync(inPlugin('subcommands')).map((name) => `subcommands/${name}`)]
  const { stdout } = spawnSync('shellcheck', ['-x', '-a', ...scripts.map(inPlugin)], { encoding: 'utf8' })
  expect(stdout).toBe('')
})
