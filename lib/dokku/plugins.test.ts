import { expect, test } from 'vitest'
import { pluginsIn, versionIn } from './plugins.ts'
import { recorded } from './recordings.ts'

test('version', () => {
  expect(versionIn(recorded('00-version').stdout)).toBe('0.38.27')
  expect(versionIn('WARNING: something\ndokku version 0.30.1\n')).toBe('0.30.1')
  expect(() => versionIn('bash: dokku: command not found')).toThrowError('cannot be read')
})

test.each(['10-plugin-list', '10-plugin-list-json'])('%s: a host with none but the core plugins', (name) => {
  expect(pluginsIn(recorded(name).stdout)).toEqual({ servicePlugins: [], berthPlugin: null })
})

test('enabled plugins that Berth uses, and no others, in text', () => {
  const text = `plugn: 0.12.0
  berth                0.1.0 enabled    Berth: one cheap look at everything
  letsencrypt          0.20.4 enabled    Automated installation of let's encrypt TLS certificates
  mysql                1.40.1 disabled    dokku mysql service plugin
  postgres             1.48.0 enabled    dokku postgres service plugin
  redis                1.41.0 enabled    dokku redis service plugin
`
  expect(pluginsIn(recorded('10-plugin-list').stdout + text)).toEqual({
    servicePlugins: ['postgres', 'redis'],
    berthPlugin: '0.1.0',
  })
})

test('enabled plugins that Berth uses, and no others, in JSON', () => {
  const plugin = (name: string, enabled: boolean, description: string) => ({
    name,
    version: '1.0.0',
    enabled,
    description,
    core: false,
  })
  const json = JSON.stringify([
    ...JSON.parse(recorded('10-plugin-list-json').stdout),
    plugin('postgres', true, 'dokku postgres service plugin'),
    plugin('redis', false, 'dokku redis service plugin'),
    plugin('berth', false, 'Berth: one cheap look at everything'),
  ])
  expect(pluginsIn(`warning: noise\n${json}\n`)).toEqual({ servicePlugins: ['postgres'], berthPlugin: null })
})

test.each(['', '[]', 'Killed'])('%j is no list of plugins', (text) => {
  expect(() => pluginsIn(text)).toThrowError(expect.objectContaining({ kind: 'unavailable' }))
})
