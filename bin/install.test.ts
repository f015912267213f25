import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { isInstalled } from './install.mjs'

let root: string

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'berth-install-'))
  mkdirSync(path.join(root, 'node_modules', 'node', 'bin'), { recursive: true })
  writeFileSync(path.join(root, 'node_modules', 'node', 'package.json'), '{"version":"24.21.0"}')
  writeFileSync(path.join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node'), '')
})

afterEach(() => rmSync(root, { recursive: true, force: true }))

const locked = {
  '': { version: '0.1.0' },
  'node_modules/zod': { version: '4.6.7' },
  'node_modules/@biomejs/cli-darwin-arm64': { version: '2.6.8', optional: true },
}

function given(installed: object | null): boolean {
  writeFileSync(path.join(root, 'package-lock.json'), JSON.stringify({ packages: locked }))
  const record = path.join(root, 'node_modules', '.package-lock.json')
  if (installed) writeFileSync(record, JSON.stringify({ packages: installed }))
  return isInstalled(root)
}

test('what the lock file says is installed; packages for other machines may be missing', () => {
  expect(given({ 'node_modules/zod': { version: '4.6.7' } })).toBe(true)
})

test.each([
  ['nothing is installed', null],
  ['a package is missing', {}],
  ['a package has another version', { 'node_modules/zod': { version: '4.6.6' } }],
  [
    'an optional package has another version',
    { 'node_modules/zod': { version: '4.6.7' }, 'node_modules/@biomejs/cli-darwin-arm64': { version: '2.0.0' } },
  ],
])('not installed: %s', (_, installed) => {
  expect(given(installed)).toBe(false)
})

test('not installed: the pinned Node itself is missing, because its script did not run', () => {
  rmSync(path.join(root, 'node_modules', 'node', 'bin'), { recursive: true })
  expect(given({ 'node_modules/zod': { version: '4.6.7' } })).toBe(false)
})
