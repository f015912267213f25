import type { AppLogPart, AppLogPlace, AppLogState } from '#lib/domain/app-log.ts'
import { BerthError } from '#lib/domain/errors.ts'
import type { Extent } from './app-log-ring.ts'
import { type FollowedLog, followLog, type LogHost } from './followed-log.ts'

/** The logs that this process follows: one stream from the host per app, shared by all who read it. */
export interface AppLogs {
  /** Throws `unavailable` when there are too many readers or logs already. */
  open(dokku: LogHost, app: string, after: AppLogPlace | null): AppLogReader
  readonly logCount: number
  readonly readerCount: number
}

/**
 * Reads at its own pace: nothing is queued for it, and what the log no longer keeps when it comes to it is skipped. The
 * stream from the host is closed a little after the last reader has left.
 */
export interface AppLogReader {
  /** What came since, at the latest after so long, then perhaps without anything. `null` after it was closed. */
  next(waitMs: number): Promise<AppLogPart | null>
  /** The app's containers have changed: their log is opened once more, for all readers. */
  again(): void
  close(): void
}

interface Shared {
  log: FollowedLog
  name: string
  readers: number
  ending: NodeJS.Timeout | null
}

/** Somebody who loads the page again does not make the host open the log again. */
const graceMs = 5000

const mostReaders = 500
const mostLogs = 100

/** What one reader gets at once, and how often. */
const atOnce: Extent = { lines: 300, characters: 128 * 1024 }
const partEveryMs = 100

export function createAppLogs(now: () => Date): AppLogs {
  const logs = new Map<string, Shared>()
  let readerCount = 0

  function shared(dokku: LogHost, app: string): Shared {
    const key = `${dokku.host}/${app}`
    const present = logs.get(key)
    if (present) return present
    if (logs.size >= mostLogs) throw tooMany(`follows ${mostLogs} logs`)
    // Ids begin anew with each opening, in this process or another: the moment tells them apart.
    const name = now().getTime().toString(36)
    const made: Shared = { log: followLog(dokku, app, now), name, readers: 0, ending: null }
    logs.set(key, made)
    return made
  }

  function enter(of: Shared): void {
    if (of.ending) clearTimeout(of.ending)
    of.ending = null
    of.readers += 1
    readerCount += 1
  }

  function leave(of: Shared): void {
    of.readers -= 1
    readerCount -= 1
    if (of.readers > 0) return
    of.ending = setTimeout(() => {
      for (const [key, candidate] of logs) if (candidate === of) logs.delete(key)
      of.log.close()
    }, graceMs)
  }

  return {
    open(dokku, app, after) {
      if (readerCount >= mostReaders) throw tooMany(`serves ${mostReaders} readers of logs`)
      const of = shared(dokku, app)
      enter(of)
      return createReader(of, after, () => leave(of))
    },
    get logCount() {
      return logs.size
    },
    get readerCount() {
      return readerCount
    },
  }
}

function createReader({ log, name }: Shared, after: AppLogPlace | null, onClose: () => void): AppLogReader {
  const { ring } = log
  const isKnown = after?.log === name && after.id <= ring.lastId
  let lastId = isKnown ? after.id : ring.firstId - 1
  let told: AppLogState | null = null
  let isFirst = true
  let isClosed = false
  let restsUntil = 0
  let wake = () => {}

  function waitFor(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms)
      wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  function take(): AppLogPart {
    const { skipped, lines } = ring.after(lastId, atOnce)
    const { state } = log
    const part = { log: name, anew: isFirst && !isKnown, skipped, lines, state: state === told ? null : state }
    lastId = lines.at(-1)?.id ?? lastId
    told = state
    isFirst = false
    return part
  }

  return {
    async next(waitMs) {
      const restMs = restsUntil - performance.now()
      if (!isClosed && restMs > 0) await waitFor(restMs)
      if (!isClosed && !isFirst && ring.lastId === lastId && log.state === told) {
        const stop = log.onNews(() => wake())
        await waitFor(waitMs)
        stop()
      }
      if (isClosed) return null
      restsUntil = performance.now() + partEveryMs
      return take()
    },
    again: log.again,
    close() {
      if (isClosed) return
      isClosed = true
      wake()
      onClose()
    },
  }
}

const tooMany = (does: string): BerthError =>
  new BerthError('unavailable', 'berth', `Berth already ${does}, which is as many as it may. Try again in a minute.`, {
    retryAfterSeconds: 60,
  })
