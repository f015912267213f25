import { describe, expect, test } from 'vitest'
import { connected, setByEnv } from './connections.ts'
import { nothingStored, type StoredConnections } from './domain/connections.ts'
import { readEnv } from './env.ts'

const key = `SHA256:${'k'.repeat(43)}`
const host = (name: string, address = `${name}.example.jp`) => ({
  name,
  address,
  port: 22,
  user: 'dokku',
  role: 'review' as const,
  hostKeyFingerprint: key,
  privateKey: `key of ${name}`,
})

const stored: StoredConnections = {
  gitlab: {
    url: 'https://gitlab.example.jp',
    token: 'stored-token',
    projects: ['hello/hello-app'],
    oauth: { id: 'stored-id', secret: 'stored-secret' },
    admins: ['hanako'],
    operatorEnters: true,
  },
  hosts: [host('review'), host('production')],
  herokuKey: null,
  mappings: { 'hello/hello-app': { reviewHost: 'review' }, 'hello/handbook': { database: null } },
  hasLeftDemo: false,
}

test('an empty database changes nothing', () => {
  const env = readEnv({ BERTH_GITLAB_URL: 'https://gitlab.example.jp', BERTH_GITLAB_TOKEN: 'token' })
  expect(connected(env, nothingStored)).toEqual(env)
})

test('with a silent environment everything is as somebody connected it', () => {
  expect(connected(readEnv({}), stored)).toMatchObject({
    BERTH_GITLAB_URL: 'https://gitlab.example.jp',
    BERTH_GITLAB_TOKEN: 'stored-token',
    BERTH_GITLAB_PROJECTS: ['hello/hello-app'],
    BERTH_GITLAB_OAUTH_ID: 'stored-id',
    BERTH_GITLAB_OAUTH_SECRET: 'stored-secret',
    BERTH_ADMINS: ['hanako'],
    BERTH_DOKKU_HOSTS: [
      { name: 'review', hostKeyFingerprint: key, privateKey: 'key of review' },
      { name: 'production', privateKey: 'key of production' },
    ],
    BERTH_MAPPINGS: stored.mappings,
  })
})

describe('the environment goes first', () => {
  const givenGitlab = { BERTH_GITLAB_URL: 'https://other.example.jp', BERTH_GITLAB_TOKEN: 'given-token' }

  test('a GitLab that it names gets nothing that was entered for another', () => {
    const env = connected(readEnv(givenGitlab), stored)
    expect(env).toMatchObject({ BERTH_GITLAB_TOKEN: 'given-token', BERTH_GITLAB_PROJECTS: [], BERTH_ADMINS: [] })
    expect([env.BERTH_GITLAB_OAUTH_ID, env.BERTH_GITLAB_OAUTH_SECRET]).toEqual([null, null])
  })

  test('a host of the same name is its own, with its own key; the others stay', () => {
    const given = readEnv({
      BERTH_DOKKU_HOSTS: `review=ssh://10.0.0.7#${key}`,
      BERTH_DOKKU_KEY_FILE: 'file',
    })
    const { BERTH_DOKKU_HOSTS: hosts } = connected(given, stored)
    expect(hosts.map(({ name, address, privateKey }) => [name, address, privateKey])).toEqual([
      ['review', '10.0.0.7', undefined],
      ['production', 'production.example.jp', 'key of production'],
    ])
  })

  test('projects, mappings and the application go first one by one', () => {
    const given = readEnv({
      BERTH_GITLAB_PROJECTS: 'scale/monolith',
      BERTH_MAPPINGS: '{"hello/hello-app":{"reviewHost":null}}',
      BERTH_GITLAB_OAUTH_ID: 'given-id',
      BERTH_GITLAB_OAUTH_SECRET: 'given-secret',
    })
    const env = connected(given, stored)
    expect(env.BERTH_GITLAB_PROJECTS).toEqual(['scale/monolith'])
    expect(env.BERTH_GITLAB_TOKEN).toBe('stored-token')
    expect(env.BERTH_GITLAB_OAUTH_SECRET).toBe('given-secret')
    expect(env.BERTH_MAPPINGS).toEqual({
      'hello/hello-app': { reviewHost: null },
      'hello/handbook': { database: null },
    })
  })

  test('it says what it sets', () => {
    const given = readEnv({ ...givenGitlab, BERTH_DOKKU_HOSTS: 'a=ssh://x', BERTH_DOKKU_KEY_FILE: 'file' })
    expect(setByEnv(given)).toEqual({ gitlab: true, oauth: false, projects: false, heroku: false, hosts: ['a'] })
  })
})

test('the operator’s password opens Berth beside an application of the browser until somebody says otherwise', () => {
  const gitlab = stored.gitlab as NonNullable<StoredConnections['gitlab']>
  const opens = (change: Partial<typeof gitlab>) =>
    connected(readEnv({}), { ...stored, gitlab: { ...gitlab, ...change } }).BERTH_BREAK_GLASS
  expect(opens({})).toBe(true)
  expect(opens({ operatorEnters: false })).toBe(false)
})

test('what the demo set is nothing any more once it was left, and all of it while it was not', () => {
  const demo = readEnv({
    BERTH_DEMO: 'true',
    BERTH_GITLAB_URL: 'http://127.0.0.1:4000',
    BERTH_GITLAB_TOKEN: 'stand-in',
    BERTH_GITLAB_PROJECTS: 'hello/hello-app',
    BERTH_DOKKU_HOSTS: 'review=ssh://127.0.0.1',
    BERTH_DOKKU_KEY_FILE: 'file',
    BERTH_BREAK_GLASS: 'true',
    BERTH_PROBE_NETWORKS: '127.0.0.0/8',
  })
  expect(connected(demo, nothingStored)).toEqual(demo)
  expect(connected(demo, { ...nothingStored, hasLeftDemo: true })).toEqual(readEnv({ BERTH_DEMO: 'false' }))
})
