import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { GET } from './route.ts'

test('hands out the playbook with all that it reads, and nothing of its tests', async () => {
  const response = GET()
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/gzip'])
  const input = Buffer.from(await response.arrayBuffer())
  const names = execFileSync('tar', ['tz'], { input, encoding: 'utf8' }).trim().split('\n')
  expect(names).toEqual([
    'berth-hosts/README.md',
    'berth-hosts/inventory.example.yml',
    'berth-hosts/playbook.yml',
    'berth-hosts/tasks/',
    ...['docker', 'dokku', 'domain', 'firewall', 'key', 'plugins', 'settings'].map((t) => `berth-hosts/tasks/${t}.yml`),
    'berth-hosts/templates/',
    'berth-hosts/templates/docker-daemon.json',
  ])
})
