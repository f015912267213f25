import { expect, test } from 'vitest'
import { scriptedSnapshot } from './scripted-snapshot.ts'
import { hostSnapshot } from './snapshot.ts'

const read = (document: unknown) => hostSnapshot('review', JSON.stringify(document))

test('the whole host', () => {
  expect(read(scriptedSnapshot())).toEqual({
    version: '0.38.27',
    berthPlugin: '0.1.0',
    servicePlugins: ['postgres'],
    disk: { totalBytes: 1000, freeBytes: 250 },
    apps: [
      {
        name: 'web1',
        createdAt: new Date(1795465448000),
        locked: false,
        deployedSha: 'ab98dd024a6ec7b03fa8bb82fec470c664dd428d',
        sourceImage: null,
        deployedAt: new Date(1795465500000),
        report: {
          deployed: true,
          running: 'mixed',
          restore: true,
          processes: [
            { type: 'web', index: 1, status: 'running', restarts: 0, startedAt: new Date('2026-11-24T01:00:00Z') },
            { type: 'worker', index: 1, status: 'missing' },
          ],
        },
        domains: ['web1.dokku.me'],
        scale: { web: 1, worker: 1 },
        usage: [{ type: 'web', index: 1, memoryBytes: 52_428_800, cpuPercent: 1.5 }],
      },
    ],
    services: [
      { plugin: 'postgres', name: 'db1', status: 'running', version: '17.5', links: ['web1'], sizeBytes: null },
    ],
  })
})

test.each([
  [['running', 'restarting'], 'true'],
  [['restarting', 'exited'], 'mixed'],
  [['exited', 'missing'], 'false'],
  [[], 'false'],
])('processes %j are running: %s', (statuses, running) => {
  const document = scriptedSnapshot()
  const processes = statuses.map((status, at) => ({ type: 'web', index: at + 1, status }))
  const { apps } = read({ ...document, apps: [{ ...document.apps[0], processes }] })
  expect(apps[0]?.report.running).toBe(running)
})

test('what never happened is told by nothing', () => {
  const document = scriptedSnapshot()
  const never = {
    ...document.apps[0],
    'created-at': null,
    sha: '',
    'source-image': 'nginx:1',
    'deployed-at': null,
    processes: [{ type: 'web', index: 1, status: 'created', 'started-at': '0001-01-01T00:00:00Z' }],
  }
  const { apps, disk } = read({ ...document, disk: null, apps: [never] })
  expect(apps[0]).toMatchObject({ createdAt: null, deployedSha: null, sourceImage: 'nginx:1', deployedAt: null })
  expect(apps[0]?.report.processes).toEqual([{ type: 'web', index: 1, status: 'created' }])
  expect(apps[0]?.usage).toEqual([])
  expect(disk).toBeNull()
})

test('keys of a newer plugin are left alone; noise around the document is not read', () => {
  const document = scriptedSnapshot()
  const newer = { ...document, kernel: '7.0', apps: [{ ...document.apps[0], ports: [80] }] }
  for (const lines of [JSON.stringify(newer), JSON.stringify(newer, null, 1)]) {
    const text = `[notice] signal process started\n${lines}\nwarning: late\n`
    expect(hostSnapshot('review', text)).toEqual(read(document))
  }
})

test.each([2, 0, '1', null])('format %j is refused, with what to do', (format) => {
  expect(() => read({ ...scriptedSnapshot(), format })).toThrowError(
    expect.objectContaining({
      kind: 'refused',
      message: expect.stringMatching(/"review" answers in (a )?format .* install/),
    }),
  )
})

test.each([
  ['', 'no JSON document'],
  ['Killed', 'no JSON document'],
  ['{"format":1}', 'something else at plugin'],
  [JSON.stringify({ ...scriptedSnapshot(), apps: null }), 'something else at apps'],
  [JSON.stringify(scriptedSnapshot()).replace('"running"', '"secret-hunter2"'), 'at apps.0.processes.0.status'],
  [JSON.stringify(scriptedSnapshot()).slice(0, -20), 'no JSON document'],
])('%s cannot be read: %s', (text, words) => {
  expect(() => hostSnapshot('review', text)).toThrowError(
    expect.objectContaining({ kind: 'unavailable', message: expect.stringContaining(words) }),
  )
  expect(() => hostSnapshot('review', text)).toThrowError(/^((?!hunter2).)*$/)
})
