import { describe, expect, test } from 'vitest'
import { documentedVariables, readEnv } from './env.ts'

const key = `SHA256:${'a'.repeat(43)}`

test('nothing set is a demo with its own database', () => {
  expect(readEnv({})).toMatchObject({
    PORT: 3000,
    BERTH_DATA_DIR: '.data',
    DATABASE_URL: null,
    BERTH_GITLAB_URL: null,
    BERTH_DOKKU_HOSTS: [],
    BERTH_MAPPINGS: {},
    BERTH_READ_ONLY: false,
  })
})

test('an empty variable counts as unset, whatever its kind', () => {
  const empty = Object.fromEntries(documentedVariables.map(({ name }) => [name, ' ']))
  expect(readEnv(empty)).toEqual(readEnv({}))
})

test('a Dokku host is read in full, and with what is usual left out', () => {
  const text = `review=ssh://deploy@dokku.example.jp:2222#${key}, production=ssh://10.0.0.7`
  expect(readEnv({ BERTH_DOKKU_HOSTS: text, BERTH_DOKKU_KEY_FILE: 'key' }).BERTH_DOKKU_HOSTS).toEqual([
    { name: 'review', user: 'deploy', address: 'dokku.example.jp', port: 2222, hostKeyFingerprint: key },
    { name: 'production', user: 'dokku', address: '10.0.0.7', port: 22, hostKeyFingerprint: null },
  ])
})

test('networks are read as a list', () => {
  const { BERTH_PROBE_NETWORKS: networks } = readEnv({ BERTH_PROBE_NETWORKS: '127.0.0.0/8, fd00::/8 ::1/128' })
  expect(networks).toEqual(['127.0.0.0/8', 'fd00::/8', '::1/128'])
})

describe('refused, by name', () => {
  test.each([
    ['PORT', { PORT: '3000a' }, 'PORT is not a number'],
    ['PORT', { PORT: '65536' }, 'PORT is not a whole number from 0 to 65535'],
    ['PORT', { PORT: '30.5' }, 'PORT is not a whole number from 0 to 65535'],
    [
      'DATABASE_URL',
      { DATABASE_URL: 'localhost:5432' },
      'DATABASE_URL is not an address that begins with postgresql://',
    ],
    ['DATABASE_URL', { DATABASE_URL: 'mysql://db/berth' }, 'DATABASE_URL is not an address'],
    ['BERTH_URL', { BERTH_URL: 'berth.example.jp' }, 'BERTH_URL is not an address that begins with https://'],
    ['BERTH_READ_ONLY', { BERTH_READ_ONLY: 'yes' }, 'BERTH_READ_ONLY is neither true nor false'],
    ['BERTH_MAPPINGS', { BERTH_MAPPINGS: '{' }, 'BERTH_MAPPINGS is not JSON'],
    ['a typing error in a mapping', { BERTH_MAPPINGS: '{"a/b":{"reviewapp":"x"}}' }, 'BERTH_MAPPINGS.a/b'],
    ['BERTH_DOKKU_HOSTS', { BERTH_DOKKU_HOSTS: 'dokku.example.jp' }, 'which is not name=ssh://'],
    ['a network without bits', { BERTH_PROBE_NETWORKS: '10.0.0.0' }, 'BERTH_PROBE_NETWORKS has an entry that is not'],
    ['a network of too many bits', { BERTH_PROBE_NETWORKS: '10.0.0.0/8, 10.1.0.0/33' }, 'like 10.0.0.0/8'],
    ['a network of letters', { BERTH_PROBE_NETWORKS: 'dead/8' }, 'like 10.0.0.0/8'],
    [
      'two hosts of one name',
      { BERTH_DOKKU_HOSTS: 'a=ssh://x a=ssh://y' },
      'BERTH_DOKKU_HOSTS has two hosts of one name',
    ],
    ['a GitLab without its token', { BERTH_GITLAB_URL: 'https://gitlab' }, 'BERTH_GITLAB_TOKEN is missing'],
    ['Dokku without its key', { BERTH_DOKKU_HOSTS: 'a=ssh://x' }, 'BERTH_DOKKU_KEY_FILE is missing'],
    ['a short password', { BERTH_OPERATOR_PASSWORD: 'short' }, 'BERTH_OPERATOR_PASSWORD has fewer than 8 characters'],
  ])('%s', (_, source, words) => {
    expect(() => readEnv(source)).toThrow(words)
  })
})

test('all bad ones are named at once, and no secret is repeated', () => {
  const read = () => readEnv({ PORT: 'x', BERTH_OPERATOR_PASSWORD: 'hunter2', DATABASE_URL: 'postgres//u:hunter2@h' })
  expect(read).toThrow(/PORT[\s\S]*DATABASE_URL[\s\S]*BERTH_OPERATOR_PASSWORD/)
  expect(read).not.toThrow('hunter2')
})
