import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { pluginTarball } from './tarball.ts'

const here = import.meta.dirname

function unpacked<T>(look: (directory: string) => T): T {
  const directory = mkdtempSync(join(tmpdir(), 'berth-tarball-'))
  try {
    execFileSync('tar', ['xz', '-C', directory], { input: pluginTarball(here) })
    return look(directory)
  } finally {
    rmSync(directory, { recursive: true })
  }
}

test('has the plugin at its top, and nothing of its tests', () => {
  const names = unpacked((directory) => readdirSync(directory, { recursive: true, encoding: 'utf8' }).sort())
  expect(names).toEqual([
    'README.md',
    'commands',
    'lib',
    'lib/apps.bash',
    'lib/container-events.bash',
    'lib/containers.bash',
    'lib/reading.bash',
    'lib/services.bash',
    'lib/usage.bash',
    'plugin.toml',
    'subcommands',
    'subcommands/default',
    'subcommands/events',
    'subcommands/snapshot',
    'subcommands/version',
  ])
})

test('keeps every byte, and commands are executable for everybody', () => {
  unpacked((directory) => {
    for (const name of ['README.md', 'plugin.toml', 'commands', 'subcommands/snapshot'])
      expect(readFileSync(join(directory, name))).toEqual(readFileSync(join(here, name)))
    const modes = ['plugin.toml', 'commands', 'subcommands', 'subcommands/snapshot', 'lib/apps.bash'].map((name) =>
      (statSync(join(directory, name)).mode & 0o777).toString(8),
    )
    expect(modes).toEqual(['644', '755', '755', '755', '644'])
  })
})

test('is the same each time it is packed', () => {
  expect(pluginTarball(here).equals(pluginTarball(here))).toBe(true)
})

test('GNU tar lists it as owned by root and changed in 1970', () => {
  const list = execFileSync('tar', ['tzv', '--utc', '--full-time'], { input: pluginTarball(here), encoding: 'utf8' })
  expect(list).toMatch(/^-rwxr-xr-x root\/root +\d+ 1970-01-01 00:00:00 commands$/m)
})
