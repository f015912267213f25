import { expect, test } from 'vitest'
import { configKeys } from './config-keys.ts'
import { recorded } from './recordings.ts'

test('names, sorted', () => {
  expect(configKeys('web1', recorded('08-config-export-keys').stdout)).toEqual([
    'EMPTY',
    'FOO',
    'GIT_REV',
    'MULTI',
    'Q',
    'SPACED',
  ])
  expect(configKeys('web1', '')).toEqual([])
  expect(configKeys('web1', '[notice] signal process started\nB\nA\n')).toEqual(['A', 'B'])
})

test.each([
  'KEY=hunter2-x\nOTHER=hunter2-y\n',
  'export KEY="hunter2-x"\n',
  '{"KEY":"hunter2-x"}',
  '       KEY:  hunter2-x\n',
  'postgres://postgres:hunter2-x@db:5432/db\n',
])('a value is neither in the names nor in the error: %j', (text) => {
  expect(() => configKeys('web1', text)).toThrowError(/^Dokku's answer to config:keys web1 cannot be read\.$/)
  expect(configKeys('web1', `${text}\nNAME\n`)).toEqual(['NAME'])
})
