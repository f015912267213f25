import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'

const root = path.join(import.meta.dirname, '..')
const page = readFileSync(path.join(import.meta.dirname, 'security.md'), 'utf8')

/** The lines of the tables, without their heads. */
const lines = page.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| threat '))

test.each(lines)('%s', (line) => {
  const { file, name } = /\| `(?<file>[^`]+)`: (?<name>.+) \|$/.exec(line)?.groups ?? {}
  if (!file || !name) throw new Error('It names no test.')
  const place = path.join(root, file)
  expect(existsSync(place) && readFileSync(place, 'utf8').includes(`'${name}'`)).toBe(true)
})
