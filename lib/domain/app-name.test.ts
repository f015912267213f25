import { expect, test } from 'vitest'
import { type AppDirectory, appOf, databaseNameOf } from './app-name.ts'
import { defaultMapping } from './mapping.ts'
import { sampleEnvironment } from './samples.ts'

const directory = (apps: string[], domains: Record<string, string> = {}): AppDirectory => ({
  hosts: ['review', 'production'],
  has: ({ host, app }) => apps.includes(`${host}/${app}`),
  byDomain: (domain) => {
    const [host, app] = domains[domain]?.split('/') ?? []
    return host && app ? { host, app } : null
  },
})

const rule = (more: Partial<Parameters<typeof appOf>[1]> = {}) => ({
  mapping: defaultMapping,
  projectName: 'hello-app',
  directory: directory([]),
  ...more,
})

test('a review app is named by the environment slug, on the first host while none has it', () => {
  expect(appOf(sampleEnvironment(), rule())).toEqual({ host: 'review', app: 'review-login-abc123' })
})

test('a review app is found on whichever host has it', () => {
  const found = appOf(sampleEnvironment(), rule({ directory: directory(['production/review-login-abc123']) }))
  expect(found?.host).toBe('production')
})

test('a configured review host is the only one looked at', () => {
  const mapping = { ...defaultMapping, reviewHost: 'review' }
  const found = appOf(sampleEnvironment(), rule({ mapping, directory: directory(['production/review-login-abc123']) }))
  expect(found).toEqual({ host: 'review', app: 'review-login-abc123' })
})

test('a template may name the project', () => {
  const mapping = { ...defaultMapping, reviewApp: '$CI_PROJECT_NAME-$CI_ENVIRONMENT_SLUG' }
  expect(appOf(sampleEnvironment(), rule({ mapping }))?.app).toBe('hello-app-review-login-abc123')
})

const production = sampleEnvironment({
  name: 'production',
  tier: 'production',
  externalUrl: 'https://hello-app.example.jp/',
})

test('production named by hand wins over everything', () => {
  const mapping = { ...defaultMapping, named: { production: { host: 'production', app: 'shop' } } }
  expect(
    appOf(production, rule({ mapping, directory: directory([], { 'hello-app.example.jp': 'review/other' }) }))?.app,
  ).toBe('shop')
})

test('production is the app that serves the host of its URL', () => {
  const found = appOf(production, rule({ directory: directory([], { 'hello-app.example.jp': 'production/hello' }) }))
  expect(found).toEqual({ host: 'production', app: 'hello' })
})

test.each(['production/hello-app.example.jp', 'production/hello-app'])(
  'or the app whose name says so: %s',
  (location) => {
    expect(appOf(production, rule({ directory: directory([location]) }))).toEqual({
      host: 'production',
      app: location.slice('production/'.length),
    })
  },
)

test('production without a URL or a matching app is not guessed', () => {
  expect(appOf(production, rule())).toBeNull()
  expect(appOf({ ...production, externalUrl: null }, rule())).toBeNull()
  expect(appOf({ ...production, externalUrl: 'not a url' }, rule())).toBeNull()
})

test('without any host there is no app', () => {
  expect(appOf(sampleEnvironment(), rule({ directory: { ...directory([]), hosts: [] } }))).toBeNull()
})

test('a database is named after its app', () => {
  expect(databaseNameOf('web1', defaultMapping)).toBe('web1-database')
})
