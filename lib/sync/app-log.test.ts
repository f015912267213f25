import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { AppLogPart } from '#lib/domain/app-log.ts'
import { BerthError } from '#lib/domain/errors.ts'
import { log } from '#lib/log.ts'
import { type AppLogReader, createAppLogs } from './app-log.ts'
import type { LogHost } from './followed-log.ts'

/** One stream that was opened on the host. */
interface Opened {
  app: string
  signal: AbortSignal
  open(): void
  say(text: string): void | Promise<void>
  end(): void
  fail(error: Error): void
}

function fakeHost(host = 'review'): LogHost & { opened: Opened[]; last(): Opened } {
  const opened: Opened[] = []
  return {
    host,
    opened,
    last: () => opened.at(-1) as Opened,
    followLog: (app, { onOpen, onText }, signal) =>
      new Promise((resolve, reject) => {
        signal.addEventListener('abort', () => reject(new BerthError('unavailable', 'dokku', 'Given up.')))
        opened.push({ app, signal, open: onOpen, say: onText, end: resolve, fail: reject })
      }),
  }
}

const noon = Date.UTC(2026, 10, 24, 12)

const told = (second: number, text: string, process = 'web.1'): string =>
  `\u001b[36m${new Date(noon + second * 1000).toISOString().replace('Z', '000000Z')} app[${process}]:\u001b[0m ${text}\n`

const textsOf = (parts: readonly (AppLogPart | null)[]): string[] =>
  parts.flatMap((part) => part?.lines.map(({ text }) => text) ?? [])

/** Reads on and on; what came since it was asked before, after so much more time. */
function reading(reader: AppLogReader): (ms: number) => Promise<AppLogPart[]> {
  let parts: AppLogPart[] = []
  const read = async (): Promise<void> => {
    const part = await reader.next(60_000)
    if (part) parts.push(part)
    return part ? read() : undefined
  }
  read()
  return async (ms) => {
    await vi.advanceTimersByTimeAsync(ms)
    const came = parts
    parts = []
    return came
  }
}

const statesOf = (parts: readonly AppLogPart[]) => parts.flatMap(({ state }) => state ?? [])

beforeEach(() => void vi.useFakeTimers({ now: noon }))
afterEach(() => void vi.useRealTimers())

const createLogs = () => createAppLogs(() => new Date())

describe('the stream from the host', () => {
  test('is one for all who read an app', async () => {
    const [host, logs] = [fakeHost(), createLogs()]
    const readers = [logs.open(host, 'web', null), logs.open(host, 'web', null), logs.open(host, 'other', null)]
    expect(host.opened.map(({ app }) => app)).toEqual(['web', 'other'])
    expect([logs.logCount, logs.readerCount]).toEqual([2, 3])
    for (const reader of readers) reader.close()
  })

  test('is closed a little after the last reader has left', async () => {
    const [host, logs] = [fakeHost(), createLogs()]
    const [one, other] = [logs.open(host, 'web', null), logs.open(host, 'web', null)]
    one.close()
    one.close()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(host.last().signal.aborted).toBe(false)
    other.close()
    expect(host.last().signal.aborted).toBe(false)
    await vi.advanceTimersByTimeAsync(5000)
    expect(host.last().signal.aborted).toBe(true)
    expect([logs.logCount, logs.readerCount]).toEqual([0, 0])
    await vi.advanceTimersByTimeAsync(120_000)
    expect(host.opened).toHaveLength(1)
    expect(vi.getTimerCount()).toBe(0)
  })

  test('stays for somebody who loads the page again', async () => {
    const [host, logs] = [fakeHost(), createLogs()]
    logs.open(host, 'web', null).close()
    await vi.advanceTimersByTimeAsync(3000)
    const again = logs.open(host, 'web', null)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(host.opened).toHaveLength(1)
    expect(host.last().signal.aborted).toBe(false)
    again.close()
  })

  test('is none more than a process can bear', () => {
    const [host, logs] = [fakeHost(), createLogs()]
    for (let app = 0; app < 100; app += 1) logs.open(host, `web${app}`, null)
    expect(() => logs.open(host, 'one-more', null)).toThrow('already follows 100 logs')
    for (let reader = 100; reader < 500; reader += 1) logs.open(host, 'web1', null)
    expect(() => logs.open(host, 'web1', null)).toThrow('already serves 500 readers')
  })
})

describe('a reader', () => {
  test('gets what was written before in the order of time, then what comes', async () => {
    const [host, logs] = [fakeHost(), createLogs()]
    const reader = logs.open(host, 'web', null)
    host.last().say(told(1, 'web one') + told(5, 'web five'))
    host.last().say(told(3, 'worker three', 'worker.1'))
    const read = reading(reader)
    const before = await read(1000)
    expect(textsOf(before)).toEqual(['web one', 'worker three', 'web five'])
    expect(before[0]).toMatchObject({ anew: true, state: { kind: 'connecting' } })
    expect(statesOf(before).at(-1)).toMatchObject({ kind: 'live' })
    host.last().say(told(6, 'web six'))
    expect(textsOf(await read(0))).toEqual(['web six'])
    reader.close()
    expect(await reader.next(1000)).toBeNull()
  })

  test('who comes later gets the last lines at once', async () => {
    const [host, logs] = [fakeHost(), createLogs()]
    const first = logs.open(host, 'web', null)
    host.last().say(told(1, 'one') + told(2, 'two'))
    await reading(first)(1000)
    const late = logs.open(host, 'web', null)
    const part = await late.next(0)
    expect(part).toMatchObject({ anew: true, skipped: 0, state: { kind: 'live' } })
    expect(textsOf([part])).toEqual(['one', 'two'])
  })

  test('who comes back gets what it missed, and all when Berth opened the log anew since', async () => {
    const [host, logs] = [fakeHost(), createLogs()]
    const reader = logs.open(host, 'web', null)
    host.last().say(told(1, 'one') + told(2, 'two'))
    const [begin] = await reading(reader)(1000)
    const log = begin?.log ?? ''
    const back = await logs.open(host, 'web', { log, id: 1 }).next(0)
    expect([back?.anew, textsOf([back])]).toEqual([false, ['two']])
    const stranger = await logs.open(host, 'web', { log: 'another', id: 1 }).next(0)
    expect([stranger?.anew, textsOf([stranger])]).toEqual([true, ['one', 'two']])
    const ahead = await logs.open(host, 'web', { log, id: 99 }).next(0)
    expect([ahead?.anew, textsOf([ahead])]).toEqual([true, ['one', 'two']])
  })

  test('hears nothing, in time, while nothing is written', async () => {
    const [host, logs] = [fakeHost(), createLogs()]
    const reader = logs.open(host, 'web', null)
    expect((await reader.next(0))?.state?.kind).toBe('connecting')
    await vi.advanceTimersByTimeAsync(100)
    const next = reader.next(1000)
    await vi.advanceTimersByTimeAsync(1000)
    expect(await next).toMatchObject({ lines: [], skipped: 0, state: null })
  })

  test('is told that an app which writes nothing is live, a little after its log is open and not before', async () => {
    const [host, logs] = [fakeHost(), createLogs()]
    const read = reading(logs.open(host, 'web', null))
    expect(statesOf(await read(60_000)).map(({ kind }) => kind)).toEqual(['connecting'])
    host.last().open()
    expect(statesOf(await read(2999))).toEqual([])
    expect(statesOf(await read(1)).map(({ kind }) => kind)).toEqual(['live'])
  })

  test('that is slow skips what came in between, and costs nothing meanwhile', async () => {
    const [host, logs] = [fakeHost(), createLogs()]
    const [slow, quick] = [logs.open(host, 'web', null), logs.open(host, 'web', null)]
    host.last().say(told(0, 'first'))
    const read = reading(quick)
    const seen = await read(1000)
    expect(textsOf([await slow.next(0)])).toEqual(['first'])
    for (let second = 1; second <= 3000; second += 100) {
      const lines = Array.from({ length: 100 }, (_, index) => told(second + index, `line ${second + index}`))
      host.last().say(lines.join(''))
      seen.push(...(await read(100)))
    }
    expect(textsOf(seen)).toHaveLength(3001)
    await vi.advanceTimersByTimeAsync(100)
    const part = await slow.next(0)
    expect(part).toMatchObject({ anew: false, skipped: 2000, lines: { length: 300, 0: { text: 'line 2001' } } })
  })

  test('gets at most some hundred lines ten times a second', async () => {
    const [host, logs] = [fakeHost(), createLogs()]
    const reader = logs.open(host, 'web', null)
    host.last().say(Array.from({ length: 900 }, (_, index) => told(index, 'x')).join(''))
    await vi.advanceTimersByTimeAsync(300)
    const parts = await reading(reader)(250)
    expect(parts.map(({ lines }) => lines.length)).toEqual([300, 300, 300])
  })
})

describe('a stream that ends by itself', () => {
  async function opened() {
    const [host, logs] = [fakeHost(), createLogs()]
    const reader = logs.open(host, 'web', null)
    host.last().say(told(1, 'one') + told(2, 'two'))
    const read = reading(reader)
    await read(1000)
    return { host, read }
  }

  test('is opened again, says so, and repeats nothing', async () => {
    const { host, read } = await opened()
    host.last().end()
    const between = await read(1100)
    expect(textsOf(between)).toEqual(['The log ended: its containers stopped or were replaced.'])
    expect(statesOf(between).at(-1)).toMatchObject({ kind: 'waiting', words: expect.stringContaining('The log ended') })
    expect(host.opened).toHaveLength(2)
    host.last().say(told(1, 'one') + told(2, 'two') + told(2, 'two') + told(3, 'three'))
    const after = await read(1000)
    expect(textsOf(after)).toEqual(['two', 'three'])
    expect(statesOf(after).at(-1)?.kind).toBe('live')
  })

  test('is not repeated either when what was written before comes slowly', async () => {
    const { host, read } = await opened()
    host.last().end()
    await read(1100)
    host.last().say(told(1, 'one'))
    expect(textsOf(await read(3000))).toEqual([])
    host.last().say(told(2, 'two') + told(3, 'three'))
    expect(textsOf(await read(1000))).toEqual(['three'])
  })

  test('is tried less and less often while it brings nothing new, and notes that once', async () => {
    const { host, read } = await opened()
    const openedBefore = host.opened.length
    const parts: AppLogPart[] = []
    for (let second = 0; second < 120; second += 1) {
      if (!host.last().signal.aborted) host.last().end()
      parts.push(...(await read(1000)))
    }
    expect(host.opened.length - openedBefore).toBeLessThan(10)
    expect(textsOf(parts)).toHaveLength(1)
    expect(statesOf(parts).map(({ kind }) => kind)).toEqual(['waiting'])
  })

  test('gives the line that it ended in, but not one that will come whole', async () => {
    const { host, read } = await opened()
    host.last().say(told(3, 'the end').trimEnd())
    host.last().end()
    expect(textsOf(await read(1100))).toEqual(['the end', expect.stringContaining('The log ended')])
    host.last().say(told(4, 'broken off').slice(0, -6))
    host.last().fail(new BerthError('unavailable', 'dokku', 'Dokku host "review" cannot be reached.'))
    expect(textsOf(await read(3000))).toEqual([])
    host.last().say(told(4, 'broken off'))
    expect(textsOf(await read(1000))).toEqual(['broken off'])
  })
})

describe('when containers of the app have changed', () => {
  test('the log is opened once more, for those that started since; nothing is repeated or noted', async () => {
    const [host, logs] = [fakeHost(), createLogs()]
    const readers = [logs.open(host, 'web', null), logs.open(host, 'web', null)]
    host.last().say(told(1, 'web one'))
    const read = reading(readers[0] as AppLogReader)
    await read(20_000)
    for (const reader of readers) reader.again()
    const parts = await read(0)
    expect(host.opened.map(({ signal }) => signal.aborted)).toEqual([true, false])
    host.last().say(told(1, 'web one') + told(30, 'worker starts', 'worker.1'))
    parts.push(...(await read(1000)))
    expect(textsOf(parts)).toEqual(['worker starts'])
    expect(statesOf(parts)).toEqual([])
  })

  test('over and over, it is opened again every ten seconds at most', async () => {
    const [host, logs] = [fakeHost(), createLogs()]
    const reader = logs.open(host, 'web', null)
    for (let second = 0; second < 60; second += 1) {
      reader.again()
      await vi.advanceTimersByTimeAsync(1000)
    }
    expect(host.opened.length).toBeLessThanOrEqual(7)
    reader.close()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(vi.getTimerCount()).toBe(0)
  })

  test('a log that ended is not waited for any longer', async () => {
    const [host, logs] = [fakeHost(), createLogs()]
    const reader = logs.open(host, 'web', null)
    for (let round = 0; round < 5; round += 1) {
      host.last().end()
      await vi.advanceTimersByTimeAsync(2000 * 2 ** round)
    }
    host.last().end()
    await vi.advanceTimersByTimeAsync(11_000)
    const before = host.opened.length
    reader.again()
    await vi.advanceTimersByTimeAsync(0)
    expect(host.opened.length).toBe(before + 1)
  })
})

describe('why there is no log is said in words', () => {
  test.each([
    [new BerthError('refused', 'dokku', 'logs said: App web has not been deployed'), 'App web was never deployed.'],
    [new BerthError('not-found', 'dokku', 'App web does not exist'), 'Dokku host "review" has no app web.'],
    [new BerthError('unavailable', 'dokku', 'Dokku host "review" is silent.'), 'Dokku host "review" is silent.'],
  ])('%s', async (error, words) => {
    const [host, logs] = [fakeHost(), createLogs()]
    const reader = logs.open(host, 'web', null)
    const since = new Date()
    host.last().fail(error)
    const read = reading(reader)
    const parts = await read(500)
    expect(statesOf(parts).at(-1)).toEqual({ kind: 'waiting', words, since })
    expect(textsOf(parts)).toEqual([])
    await read(1000)
    host.last().fail(error)
    expect(statesOf(await read(500))).toEqual([])
  })

  test('an error that is not Berth’s own keeps its words for the server', async () => {
    const logged = vi.spyOn(log, 'error').mockImplementation(() => {})
    const [host, logs] = [fakeHost(), createLogs()]
    const reader = logs.open(host, 'web', null)
    host.last().fail(new Error('postgres://secret'))
    expect(JSON.stringify(await reading(reader)(500))).not.toContain('secret')
    expect(logged).toHaveBeenCalledOnce()
    logged.mockRestore()
  })
})

describe('a flood of 50 MB', () => {
  const megabyte = 1024 * 1024
  const chunk = Array.from({ length: 300 }, (_, index) => told(1, `${index} ${'x'.repeat(50)}`)).join('')

  test('makes the host wait, and keeps no more than the last lines', async () => {
    const [host, logs] = [fakeHost(), createLogs()]
    const reader = logs.open(host, 'web', null)
    const startedAt = Date.now()
    let waits = 0
    for (let sent = 0; sent < 50 * megabyte; sent += chunk.length) {
      const taken = host.last().say(chunk)
      if (!taken) continue
      waits += 1
      await vi.advanceTimersByTimeAsync(50)
      await taken
    }
    expect(waits).toBeGreaterThan(100)
    // No faster than 5.2 MB a second.
    expect(Date.now() - startedAt).toBeGreaterThan(9000)
    const part = await reader.next(0)
    expect(part?.lines.length).toBeLessThanOrEqual(300)
    const rest = await reading(reader)(2000)
    expect(textsOf([part, ...rest]).length).toBeLessThanOrEqual(1000)
  })

  test('does not hold up another app’s readers', async () => {
    const [host, logs] = [fakeHost(), createLogs()]
    logs.open(host, 'flood', null)
    const flood = host.last()
    const reader = logs.open(host, 'calm', null)
    const calm = host.last()
    calm.say(told(1, 'one'))
    const read = reading(reader)
    await read(1000)
    for (let sent = 0; sent < megabyte; sent += chunk.length) flood.say(chunk)
    calm.say(told(2, 'two'))
    expect(textsOf(await read(0))).toEqual(['two'])
  })

  test('in one line is cut', async () => {
    const [host, logs] = [fakeHost(), createLogs()]
    const reader = logs.open(host, 'web', null)
    for (let sent = 0; sent < 50; sent += 1) {
      const taken = host.last().say('x'.repeat(megabyte))
      await vi.advanceTimersByTimeAsync(50)
      await taken
    }
    host.last().say('\n')
    const [line] = (await reading(reader)(1000)).flatMap(({ lines }) => lines)
    expect(line?.text.length).toBeLessThan(10_000)
    expect(line?.text).toContain('characters more')
  })
})
