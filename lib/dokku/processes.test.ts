import { describe, expect, test } from 'vitest'
import { processReport } from './processes.ts'
import { recorded } from './recordings.ts'

const web = (status: string) => [{ type: 'web', index: 1, status }]

describe.each(['', '-json'])('ps:report%s', (form) => {
  test.each([
    ['running', 'web1', { deployed: true, running: 'true', restore: true, processes: web('running') }],
    ['crashed', 'crashed1', { deployed: true, running: 'true', restore: true, processes: web('restarting') }],
    ['stopped', 'stopped1', { deployed: true, running: 'false', restore: false, processes: web('exited') }],
    ['never', 'never1', { deployed: false, running: 'false', restore: true, processes: [] }],
    [
      'multi',
      'multi1',
      {
        deployed: true,
        running: 'true',
        restore: true,
        processes: [
          { type: 'web', index: 1, status: 'running' },
          { type: 'web', index: 2, status: 'running' },
          { type: 'worker', index: 1, status: 'restarting' },
        ],
      },
    ],
  ])('%s', (name, app, expected) => {
    expect(processReport(app, recorded(`04-ps-report-${name}${form}`).stdout)).toEqual(expected)
  })
})

test('an app whose restarts are exhausted', () => {
  const report = processReport('crashed1', recorded('04-ps-report-crashed-exhausted-json').stdout)
  expect(report).toMatchObject({ running: 'false', restore: true, processes: web('exited') })
})

test('a process type with a hyphen', () => {
  const json = '{"deployed":"true","running":"mixed","status-my-worker.12":"exited (CID: 1e8a5def528)"}'
  expect(processReport('web1', json).processes).toEqual([{ type: 'my-worker', index: 12, status: 'exited' }])
})

test('one app is found in the report of all', () => {
  expect(processReport('stopped1', recorded('04-ps-report-all').stdout).processes).toEqual(web('exited'))
})

test.each([
  ['', 'nothing'],
  ['{"deployed":"true"}', 'deployed'],
  ['{"deployed":"true","running":"true","status-web.1":"levitating (CID: 1)"}', 'levitating'],
  ['<html>502</html>', '502'],
])('%j cannot be read, and the error shows it', (stdout, shown) => {
  expect(() => processReport('web1', stdout)).toThrowError(
    expect.objectContaining({ kind: 'unavailable', message: expect.stringContaining(shown) }),
  )
})
