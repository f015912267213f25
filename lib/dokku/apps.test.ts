import { expect, test } from 'vitest'
import { appNames, deployedSha, dokkuApp, domains } from './apps.ts'
import { recorded } from './recordings.ts'
import { reportsByApp } from './reports.ts'

const seven = ['crashed1', 'failbuild', 'failcheck', 'multi1', 'never1', 'stopped1', 'web1']

test.each(['06-apps-list-json', '06-apps-list', '06-apps-list-badformat'])('%s names seven apps', (name) => {
  expect(appNames(recorded(name))).toEqual(seven)
})

test.each(['01-apps-list-empty-json', '01-apps-list-empty'])('%s is a host without apps', (name) => {
  expect(appNames(recorded(name))).toEqual([])
})

test('warnings around the JSON do not hide it', () => {
  const stdout = `[notice] 11-23 signal process started\nWARNING: disk is at 90%\n["web1"]\n`
  expect(appNames({ exitCode: 0, stdout, stderr: '' })).toEqual(['web1'])
})

test.each([
  '',
  '\n',
  '["web1","we',
  'Killed\n',
  '=====> My Apps\n',
  '=====> My Apps\nsudo: unable to resolve host\n',
  '{}',
])('%j is no list of apps, nor "no apps"', (stdout) => {
  expect(() => appNames({ exitCode: 0, stdout, stderr: '' })).toThrowError(
    expect.objectContaining({ kind: 'unavailable', system: 'dokku' }),
  )
})

test('the whole-host report tells creation, lock and commit of each app', () => {
  const apps = reportsByApp('apps:report', recorded('06-apps-report-all').stdout)
  const git = reportsByApp('git:report', recorded('10-git-report').stdout)
  expect([...apps.keys()]).toEqual(seven)
  expect(dokkuApp('web1', apps.get('web1'), git.get('web1'))).toEqual({
    name: 'web1',
    createdAt: new Date(1795465448 * 1000),
    locked: false,
    deployedSha: 'ab98dd024a6ec7b03fa8bb82fec470c664dd428d',
    sourceImage: null,
    deployedAt: new Date(1795465482 * 1000),
  })
  expect(dokkuApp('failbuild', apps.get('failbuild'), undefined)).toMatchObject({ locked: true, deployedSha: null })
})

test('an app that the reports leave out keeps its name and null for the rest', () => {
  expect(dokkuApp('new', undefined, undefined)).toEqual({
    name: 'new',
    createdAt: null,
    locked: null,
    deployedSha: null,
    sourceImage: null,
    deployedAt: null,
  })
})

test('a host without apps reports nothing', () => {
  expect(reportsByApp('apps:report', recorded('01-apps-report-noapps').stdout).size).toBe(0)
})

test('an app deployed from an image has an image and no commit', () => {
  const text = recorded('10-git-report')
    .stdout.replace(/Git sha:.*/, 'Git sha:                       ')
    .replace(/Git source image:.*/, 'Git source image:              local/webimg:1')
  expect(deployedSha('web1', text)).toBeNull()
  const git = reportsByApp('git:report', text).get('web1')
  expect(dokkuApp('web1', undefined, git)).toMatchObject({ deployedSha: null, sourceImage: 'local/webimg:1' })
})

test('the deployed commit', () => {
  expect(deployedSha('web1', recorded('10-git-report').stdout)).toBe('ab98dd024a6ec7b03fa8bb82fec470c664dd428d')
})

test('the report of another app is not taken for this one', () => {
  expect(() => deployedSha('web2', recorded('10-git-report').stdout)).toThrowError('cannot be read')
})

test.each([
  ['07-domains-report', 'web1', ['web1.dokku.me']],
  ['07-domains-report-json2', 'web1', ['web1.dokku.me', 'shop.example.com', 'www.example.com']],
  ['07-domains-report-disabled', 'never1', []],
])('domains of %s', (name, app, expected) => {
  expect(domains(app, recorded(name).stdout)).toEqual(expected)
})
