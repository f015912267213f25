import { expect, test } from 'vitest'
import { recorded } from './recordings.ts'
import { service, serviceNames } from './services.ts'

const password = '854de685cbfd6e2fbc4308a0e5658a0e'
const info = recorded('16-pg-info').stdout

test('names of the services', () => {
  expect(serviceNames('postgres', recorded('16-pg-list'))).toEqual(['db1'])
  expect(serviceNames('postgres', recorded('16-pg-list-empty'))).toEqual([])
})

test.each(['', 'Killed', 'dial unix docker.sock: connect: permission denied'])(
  '%j is no list of services',
  (stdout) => {
    expect(() => serviceNames('postgres', { exitCode: 0, stdout, stderr: '' })).toThrowError('cannot be read')
  },
)

test('status, version and links of a service', () => {
  expect(service('postgres', 'db1', info)).toEqual({
    plugin: 'postgres',
    name: 'db1',
    status: 'running',
    version: '18.4',
    links: [],
    sizeBytes: null,
  })
  const versionOf = (image: string) => service('postgres', 'db1', info.replace('postgres:18.4', image)).version
  expect(versionOf('registry.test:5000/own/postgres:17-alpine')).toBe('17-alpine')
  expect(versionOf('registry.test:5000/own/postgres')).toBe('registry.test:5000/own/postgres')
  const linked = info.replace(/Links: .*/, 'Links:               never1 web1                ')
  expect(service('postgres', 'db1', linked).links).toEqual(['never1', 'web1'])
})

test('the password leaves the parser neither in the value nor in any error', () => {
  expect(info).toContain(password)
  expect(JSON.stringify(service('postgres', 'db1', info))).not.toContain(password)
  for (let length = 0; length < info.length; length += 7) {
    for (const text of [info.slice(0, length), info.slice(length), info.replaceAll(':', '').slice(0, length)]) {
      try {
        expect(JSON.stringify(service('postgres', 'db1', text))).not.toContain(password)
      } catch (error) {
        expect(error).toMatchObject({ kind: 'unavailable', message: expect.not.stringContaining(password.slice(0, 8)) })
      }
    }
  }
})
