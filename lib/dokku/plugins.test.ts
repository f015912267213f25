import { expect, test } from 'vitest'
import { servicePlugins, versionIn } from './plugins.ts'
import { recorded } from './recordings.ts'

test('version', () => {
  expect(versionIn(recorded('00-version').stdout)).toBe('0.38.27')
  expect(versionIn('WARNING: something\ndokku version 0.30.1\n')).toBe('0.30.1')
  expect(() => versionIn('bash: dokku: command not found')).toThrowError('cannot be read')
})

test.each(['10-plugin-list', '10-plugin-list-json'])('%s: a host with none but the core plugins', (name) => {
  expect(servicePlugins(recorded(name).stdout)).toEqual([])
})

test('enabled service plugins, and no others, in text', () => {
  const text = `plugn: 0.12.0
  letsencrypt          0.20.4 enabled    Automated installation of let's encrypt TLS certificates
  mysql                1.40.1 disabled    dokku mysql service plugin
  postgres             1.48.0 enabled    dokku postgres service plugin
  redis                1.41.0 enabled    dokku redis service plugin
`
  expect(servicePlugins(recorded('10-plugin-list').stdout + text)).toEqual(['postgres', 'redis'])
})

test('enabled service plugins, and no others, in JSON', () => {
  const plugin = (name: string, enabled: boolean, description: string) => ({ name, enabled, description, core: false })
  const json = JSON.stringify([
    ...JSON.parse(recorded('10-plugin-list-json').stdout),
    plugin('postgres', true, 'dokku postgres service plugin'),
    plugin('redis', false, 'dokku redis service plugin'),
  ])
  expect(servicePlugins(`warning: noise\n${json}\n`)).toEqual(['postgres'])
})

test.each(['', '[]', 'Killed'])('%j is no list of plugins', (text) => {
  expect(() => servicePlugins(text)).toThrowError(expect.objectContaining({ kind: 'unavailable' }))
})
