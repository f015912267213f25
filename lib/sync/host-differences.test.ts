import { describe, expect, it } from 'vitest'
import type { DokkuApp, DokkuEvent, ProcessReport, ProcessStatus } from '#lib/domain/dokku-app.ts'
import { appEvents, processEvents } from './host-differences.ts'

const asOf = new Date('2026-11-23T12:00:00Z')
const earlier = new Date('2026-11-23T11:00:00Z')
const later = new Date('2026-11-23T11:59:50Z')

const app = (more: Partial<DokkuApp> = {}): DokkuApp => ({
  name: 'shop',
  createdAt: earlier,
  locked: false,
  deployedSha: 'a'.repeat(40),
  sourceImage: null,
  deployedAt: earlier,
  ...more,
})

const told = (events: DokkuEvent[]) => events.map(({ at, kind, words }) => [kind, at, words])

describe('appEvents', () => {
  it.each<[string, DokkuApp[], DokkuApp[], [string, Date, string][]]>([
    ['nothing', [app()], [app()], []],
    ['a new app', [], [app({ deployedSha: null, deployedAt: null })], [['created', earlier, 'The app was created.']]],
    [
      'a new app that runs already',
      [],
      [app({ deployedAt: later })],
      [
        ['created', earlier, 'The app was created.'],
        ['deployed', later, 'Deployed aaaaaaaa.'],
      ],
    ],
    ['an app that went', [app()], [], [['destroyed', asOf, 'The app was destroyed.']]],
    [
      'another commit',
      [app()],
      [app({ deployedSha: 'b'.repeat(40), deployedAt: later })],
      [['deployed', later, 'Deployed bbbbbbbb.']],
    ],
    ['the same commit again', [app()], [app({ deployedAt: later })], [['deployed', later, 'Deployed aaaaaaaa.']]],
    [
      'an image, on a host that tells no time',
      [app({ deployedAt: null })],
      [app({ deployedAt: null, deployedSha: null, sourceImage: 'nginx:1' })],
      [['deployed', asOf, 'Deployed the image nginx:1.']],
    ],
    ['a lock', [app()], [app({ locked: true })], [['locked', asOf, 'Deploys were locked.']]],
    ['a lock gone', [app({ locked: true })], [app()], [['unlocked', asOf, 'The deploy lock was taken away.']]],
    ['a host that tells of locks only now', [app({ locked: null })], [app({ locked: true })], []],
  ])('%s', (_, before, after, expected) => {
    expect(told(appEvents(before, after, asOf))).toEqual(expected)
  })
})

describe('processEvents', () => {
  const report = (processes: Record<string, ProcessStatus>, restore = true): ProcessReport => ({
    deployed: true,
    running: 'true',
    restore,
    processes: Object.entries(processes).map(([type, status]) => ({ type, index: 1, status })),
  })

  it.each<[string, ProcessReport | null, ProcessReport, [string, string][]]>([
    ['nothing', report({ web: 'running' }), report({ web: 'running' }), []],
    ['the first report of all', null, report({ web: 'exited' }), []],
    ['a crash', report({ web: 'running' }), report({ web: 'exited' }), [['died', 'web.1 died.']]],
    [
      'a stop on purpose',
      report({ web: 'running' }),
      report({ web: 'exited' }, false),
      [['stopped', 'web.1 was stopped.']],
    ],
    [
      'a crash loop of one of two',
      report({ web: 'running', worker: 'running' }),
      report({ web: 'running', worker: 'restarting' }),
      [['restarting', 'worker.1 died and is restarted again and again.']],
    ],
    ['a recovery', report({ web: 'restarting' }), report({ web: 'running' }), [['started', 'web.1 runs.']]],
    [
      'a process more',
      report({ web: 'running' }),
      report({ web: 'running', worker: 'running' }),
      [['started', 'worker.1 runs.']],
    ],
    [
      'a process less',
      report({ web: 'running', worker: 'running' }),
      report({ web: 'running' }),
      [['stopped', 'worker.1 is no longer there.']],
    ],
    ['a container on its way', report({ web: 'running' }), report({ web: 'created' }), []],
  ])('%s', (_, before, after, expected) => {
    const events = processEvents('shop', { before, after }, asOf)
    expect(events.map(({ kind, words }) => [kind, words])).toEqual(expected)
  })
})
