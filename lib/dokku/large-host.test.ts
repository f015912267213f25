import { afterEach, expect, test } from 'vitest'
import { recorded } from './recordings.ts'
import { type Answers, said, scriptedDokku } from './scripted-dokku.ts'
import { scriptedSnapshot } from './scripted-snapshot.ts'

const { hostWith, closeAll } = scriptedDokku()
afterEach(closeAll)

const names = Array.from({ length: 500 }, (_, index) => `review-branch-${String(index).padStart(3, '0')}`)
const sha = (index: number) => index.toString(16).padStart(40, '0')

const plugins = [
  { name: 'postgres', version: '1.48.0', enabled: true, description: 'dokku postgres service plugin' },
  { name: 'berth', version: '0.1.0', enabled: true, description: 'Berth: one cheap look at everything' },
]

const snapshot = {
  ...scriptedSnapshot(),
  apps: names.map((name, index) => ({ ...scriptedSnapshot().apps[0], name, sha: sha(index) })),
}

const largeHost: Answers = {
  version: recorded('00-version'),
  'plugin:list --format json': said(JSON.stringify(plugins)),
  'apps:list --format json': said(JSON.stringify(names)),
  'apps:report': said(
    names.map((name) => `=====> ${name} app information\n       App created at:  1795465448\n`).join(''),
  ),
  'git:report': said(
    names.map((name, index) => `=====> ${name} git information\n       Git sha:  ${sha(index)}\n`).join(''),
  ),
  'postgres:list': said(`=====> Postgres services\n${names.map((name) => `${name}-database\n`).join('')}`),
  'berth:snapshot': said(JSON.stringify(snapshot)),
  ...Object.fromEntries(names.map((name) => [`ps:report ${name} --format json`, recorded('04-ps-report-multi-json')])),
}

test('500 apps are looked at with as many commands as one', async () => {
  const { dokku, host } = await hostWith(largeHost)
  const look = await dokku.look()
  expect(look.apps.map(({ name, deployedSha }) => [name, deployedSha])).toEqual(
    names.map((name, index) => [name, sha(index)]),
  )
  expect(look.services).toHaveLength(500)
  expect(host.lines).toHaveLength(6)
  await dokku.look()
  expect(host.lines).toHaveLength(10)
})

test('500 apps with all their processes come with one command of the berth plugin', async () => {
  const { dokku, host } = await hostWith(largeHost)
  await dokku.look()
  const { apps } = await dokku.snapshot()
  expect(apps.map(({ deployedSha, report }) => [deployedSha, report.processes.length])).toEqual(
    names.map((_, index) => [sha(index), 2]),
  )
  expect(host.lines).toHaveLength(7)
})

test('500 questions at once take turns on one connection', async () => {
  const { dokku, host } = await hostWith(largeHost)
  const reports = await Promise.all(names.map((name) => dokku.processReport(name)))
  expect(new Set(reports.map(({ processes }) => processes.length))).toEqual(new Set([3]))
  expect(host.connectionCount).toBe(1)
  expect(host.mostSessions).toBe(8)
  expect(dokku.commandCount).toBe(500)
})
