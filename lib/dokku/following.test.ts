import { setTimeout as wait } from 'node:timers/promises'
import type { ServerChannel } from 'ssh2'
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import type { DokkuEvent } from '#lib/domain/dokku-app.ts'
import { createFollowing } from './following.ts'
import { recorded } from './recordings.ts'
import { failed, scriptedDokku } from './scripted-dokku.ts'
import { type Answer, finish, pour } from './scripted-host.ts'
import type { Listener } from './sink.ts'
import type { Ssh } from './ssh.ts'

const { hostWith, closeAll } = scriptedDokku()
afterEach(closeAll)

const line = 'logs web1 --num 10 --tail'
const never = new AbortController().signal

describe('a log', () => {
  test('is handed on piece by piece until the host ends it', async () => {
    const { dokku } = await hostWith({
      [line]: {
        takes: async (channel) => {
          channel.write('last lines\n')
          await wait(20)
          for (const byte of Buffer.from('né☃w\n')) channel.write(Buffer.from([byte]))
          channel.exit(0)
          channel.end()
        },
      },
    })
    const texts: string[] = []
    await dokku.followLog('web1', { lines: 10, onText: (text) => void texts.push(text) }, never)
    expect(texts.length).toBeGreaterThan(1)
    expect(texts.join('')).toBe('last lines\nné☃w\n')
  })

  test('says that it is open also when nothing is ever written', async () => {
    const { dokku } = await hostWith({ [line]: { takes: () => {} } })
    const reader = new AbortController()
    const onText = vi.fn()
    await dokku.followLog('web1', { lines: 10, onOpen: () => reader.abort(), onText }, reader.signal)
    expect(onText).not.toHaveBeenCalled()
  })

  test('of a missing app, of one that was never deployed, and with a bad name', async () => {
    const { dokku, host } = await hostWith({
      'logs nosuch --num 10 --tail': failed(recorded('09-logs-missing').stderr, 20),
      'logs never1 --num 10 --tail': recorded('09-logs-never', 1),
    })
    const onText = vi.fn()
    await expect(dokku.followLog('nosuch', { lines: 10, onText }, never)).rejects.toMatchObject({ kind: 'not-found' })
    await expect(dokku.followLog('never1', { lines: 10, onText }, never)).rejects.toMatchObject({
      kind: 'refused',
      message: expect.stringContaining('App never1 has not been deployed'),
    })
    await expect(dokku.followLog('--force', { lines: 10, onText }, never)).rejects.toMatchObject({ kind: 'invalid' })
    await expect(dokku.followLog('web1', { lines: 0, onText }, never)).rejects.toMatchObject({ kind: 'invalid' })
    expect(onText).not.toHaveBeenCalled()
    expect(host.lines).toHaveLength(2)
  })

  test('is hung up at once when its reader leaves, and with the last reader the connection', async () => {
    let channels = 0
    const { dokku, host } = await hostWith({
      [line]: {
        takes: (channel) => {
          channels++
          channel.on('close', () => channels--)
          channel.write('line\n')
        },
      },
    })
    const readers = [new AbortController(), new AbortController()]
    const texts: string[] = []
    const following = readers.map(({ signal }) =>
      dokku.followLog('web1', { lines: 10, onText: (text) => void texts.push(text) }, signal),
    )
    await vi.waitUntil(() => texts.length === 2, { timeout: 4000 })
    expect(host.connectionCount).toBe(1)
    readers[0]?.abort()
    await following[0]
    await vi.waitUntil(() => channels === 1, { timeout: 4000 })
    expect(host.connections.size).toBe(1)
    readers[1]?.abort()
    await following[1]
    await vi.waitUntil(() => host.connections.size === 0, { timeout: 4000 })
  })

  test('is not asked for by a reader who has left', async () => {
    const { dokku, host } = await hostWith({})
    await dokku.followLog('web1', { lines: 10, onText: () => {} }, AbortSignal.abort())
    expect(host.connectionCount).toBe(0)
  })

  test('whose reader leaves while the connection is being opened leaves none behind', async () => {
    const { dokku, host } = await hostWith({})
    const reader = new AbortController()
    const following = dokku.followLog('web1', { lines: 10, onText: () => {} }, reader.signal)
    reader.abort()
    await following
    await vi.waitUntil(() => host.connectionCount === 1 && host.connections.size === 0, { timeout: 4000 })
    expect(host.lines).toEqual([])
  })

  test('ends when Berth closes its connections, and the next one opens a new one', async () => {
    const { dokku, host } = await hostWith({ [line]: { takes: (channel) => void channel.write('line\n') } })
    for (const _ of [1, 2]) {
      const onText = () => dokku.close()
      await expect(dokku.followLog('web1', { lines: 10, onText }, never)).rejects.toMatchObject({
        kind: 'unavailable',
        message: expect.stringContaining('Berth closed the connection'),
      })
    }
    expect(host.connectionCount).toBe(2)
  })

  test('ends with its reader even while that one is busy, or with what the reader fails of', async () => {
    const { dokku } = await hostWith({ [line]: { takes: (channel) => void channel.write('line\n') } })
    const reader = new AbortController()
    const busy = new Promise<void>(() => {})
    const onText = () => {
      reader.abort()
      return busy
    }
    await dokku.followLog('web1', { lines: 10, onText }, reader.signal)
    const broken = new Error('the reader broke')
    await expect(dokku.followLog('web1', { lines: 10, onText: () => Promise.reject(broken) }, never)).rejects.toBe(
      broken,
    )
  })

  test('that was lost says so; one that was lost before anything came is asked for again', async () => {
    const answers = [
      (channel: ServerChannel) => void channel.write('line\n', () => setTimeout(() => drop(), 20)),
      () => drop(),
      (channel: ServerChannel) => finish(channel, 'again\n'),
    ]
    let drop = () => {}
    const takes: Answer = (channel, _line, connection) => {
      drop = () => connection.end()
      answers.shift()?.(channel)
    }
    const { dokku } = await hostWith({ [line]: { takes } })
    const texts: string[] = []
    const follow = () => dokku.followLog('web1', { lines: 10, onText: (text) => void texts.push(text) }, never)
    await expect(follow()).rejects.toMatchObject({ kind: 'unavailable' })
    await follow()
    expect(texts).toEqual(['line\n', 'again\n'])
  })

  test('of 50 MB waits for a slow reader, in bounded memory', async () => {
    const flood = 50 * 1024 * 1024
    let poured = { bytes: 0, closed: false }
    const { dokku } = await hostWith({
      [line]: {
        takes: (channel) => {
          poured = pour(channel, flood, Buffer.from('☃'.repeat(21_846)))
        },
      },
    })
    let read = 0
    let ahead = 0
    let busy = false
    const onText = async (text: string) => {
      expect(busy, 'text while the reader was busy').toBe(false)
      busy = true
      // The reader stands still at first: everything that can come meanwhile does.
      await (read === 0 ? wait(300) : new Promise(setImmediate))
      ahead = Math.max(ahead, poured.bytes - read)
      read += Buffer.byteLength(text)
      busy = false
    }
    await dokku.followLog('web1', { lines: 10, onText }, never)
    expect(read).toBe(poured.bytes)
    expect(read).toBeGreaterThanOrEqual(flood)
    // Two windows of 2 MB on this side, what the sockets hold, and the host's own.
    expect(ahead).toBeLessThan(16 * 1024 * 1024)
  })

  test('does not take sessions from questions; readers beyond all connections are refused in plain words', async () => {
    const { dokku, host } = await hostWith({
      [line]: { takes: (channel) => void channel.write('line\n') },
      'apps:exists web1': { exitCode: 0, stdout: '', stderr: '' },
    })
    const reader = new AbortController()
    let begun = 0
    const follow = () => dokku.followLog('web1', { lines: 10, onText: () => void begun++ }, reader.signal)
    const following = Array.from({ length: 40 }, follow)
    await vi.waitUntil(() => begun === 40, { timeout: 4000 })
    expect(host.connectionCount).toBe(5)
    expect(host.mostSessions).toBe(8)
    await expect(follow()).rejects.toMatchObject({
      kind: 'unavailable',
      message: expect.stringContaining('already follows 40 logs on Dokku host "review"'),
    })
    expect(await dokku.appExists('web1')).toBe(true)
    reader.abort()
    await Promise.all(following)
    expect(dokku.commandSeconds, 'a log that stands open costs the host nothing').toBeLessThan(1)
  })

  test('finds its way to a connection with room, and is refused when there is none', async () => {
    const { dokku, host } = await hostWith({ [line]: { takes: (channel) => void channel.write('line\n') } }, {}, 2)
    const reader = new AbortController()
    let begun = 0
    const follow = () => dokku.followLog('web1', { lines: 10, onText: () => void begun++ }, reader.signal)
    const following: Promise<void>[] = []
    for (let count = 1; count <= 10; count++) {
      following.push(follow())
      await vi.waitUntil(() => begun === count, { timeout: 4000 })
    }
    expect(host.connectionCount).toBe(5)
    await expect(follow()).rejects.toMatchObject({ kind: 'unavailable' })
    reader.abort()
    await Promise.all(following)
  })

  test('of a host that is away fails at once while it is known to be away', async () => {
    const { dokku, host } = await hostWith({}, { backoffMs: 60_000 })
    await host.stop()
    const follow = () => dokku.followLog('web1', { lines: 10, onText: () => {} }, never)
    await expect(follow()).rejects.toThrowError('ECONNREFUSED')
    await expect(follow()).rejects.toThrowError('next attempt')
    await host.start()
  })
})

describe('events', () => {
  const event = (kind: string, more: object = {}) =>
    `${JSON.stringify({ at: '2026-11-24T01:00:00Z', app: 'web1', kind, process: 'web.1', words: 'It happened.', ...more })}\n`

  test('are told as they come, and what cannot be read is passed over', async () => {
    const { dokku } = await hostWith({
      'berth:events': {
        takes: (channel) => {
          channel.stderr.write('[notice] signal process started\n')
          channel.write(`{"kind":"ready","at":"2026-11-24T01:00:00Z"}\n${event('died')}Error response from daemon\n`)
          channel.write(event('renamed'))
          channel.write(event('started').slice(0, 20))
          setTimeout(() => finish(channel, event('started').slice(20) + event('created', { process: null })), 20)
        },
      },
    })
    const events: DokkuEvent[] = []
    await dokku.followEvents((each) => events.push(each), never)
    expect(events.map(({ kind, process }) => [kind, process])).toEqual([
      ['died', 'web.1'],
      ['started', 'web.1'],
      ['created', null],
    ])
  })

  test('end when no sign of life came for 45 s, and not before', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    onTestFinished(() => void vi.useRealTimers())
    let print = (_text: string): void => {}
    let hungUp = false
    const ssh = {
      follow(_line: string, { onText }: Listener, signal: AbortSignal) {
        print = onText
        return new Promise<never>((_resolve, reject) => {
          signal.onabort = () => {
            hungUp = true
            reject(new Error('given up'))
          }
        })
      },
    }
    const events: DokkuEvent[] = []
    const following = createFollowing(ssh as unknown as Ssh, 'review').followEvents((each) => events.push(each), never)
    for (const sign of [event('alive'), event('died'), event('alive')]) {
      vi.advanceTimersByTime(44_999)
      print(sign)
    }
    vi.advanceTimersByTime(44_999)
    print('rubbish\n')
    expect(hungUp).toBe(false)
    vi.advanceTimersByTime(1)
    expect(hungUp).toBe(true)
    await following
    expect(events).toHaveLength(1)
  })

  test('of a host without the plugin', async () => {
    const { dokku } = await hostWith({})
    await expect(dokku.followEvents(() => {}, never)).rejects.toMatchObject({ kind: 'refused' })
  })
})
