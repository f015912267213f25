import { type AppLogState, repeatsOf } from '#lib/domain/app-log.ts'
import { BerthError, failureOf } from '#lib/domain/errors.ts'
import { log } from '#lib/log.ts'
import { createIntake } from './app-log-intake.ts'
import { type AppLogRing, createAppLogRing, type Extent } from './app-log-ring.ts'

/** The part of `Dokku` that following a log takes. */
export interface LogHost {
  readonly host: string
  followLog(
    app: string,
    options: { lines: number; onOpen: () => void; onText: (text: string) => void | Promise<void> },
    signal: AbortSignal,
  ): Promise<void>
}

/** One app's log as it grows, kept open until it is closed. */
export interface FollowedLog {
  readonly ring: AppLogRing
  readonly state: AppLogState
  /** Calls back whenever there is more of either; answers how to stop that. */
  onNews(listener: () => void): () => void
  /** Opens the log once more, soon: containers that started since it was opened are not in it. */
  again(): void
  close(): void
}

const kept: Extent = { lines: 1000, characters: 512 * 1024 }

/** Of each container, whenever the log is opened. */
const openingLines = 200

/** A log that ended, or cannot be opened, is tried again after pauses that double. */
const pauses = { firstMs: 1000, longestMs: 30_000 }

/** An app whose containers start over and over does not make the host open its log as often. */
const againEveryMs = 10_000

/** An app that writes nothing new is live too: once its log is open for longer than that of a stopped app takes to end. */
const quietMs = 3000

/** Begins to follow at once. */
export function followLog(dokku: LogHost, app: string, now: () => Date): FollowedLog {
  const ring = createAppLogRing(kept)
  const listeners = new Set<() => void>()
  let state: AppLogState = { kind: 'connecting', words: null, since: now() }
  let isClosed = false
  /** The present opening, or the pause after it. */
  let attempt = new AbortController()
  let openedAt = 0
  let againTimer: NodeJS.Timeout | null = null

  function tell(): void {
    for (const listener of listeners) listener()
  }

  function become(kind: AppLogState['kind'], words: string | null = null): void {
    if (state.kind === kind && state.words === words) return
    state = { kind, words, since: state.kind === kind ? state.since : now() }
    tell()
  }

  /** Not twice in a row: an app that stays down would fill its log with them. */
  function note(text: string): void {
    if (ring.all().at(-1)?.by === 'app') ring.add([{ at: now(), process: null, text, by: 'berth' }])
  }

  /** Until it ends; whether it brought something new. */
  async function readOnce(): Promise<{ isNew: boolean; failure: unknown }> {
    const isRepeat = repeatsOf(ring.all().filter(({ by }) => by === 'app'))
    let isNew = false
    const intake = createIntake(kept, (lines) => {
      const fresh = lines.filter((line) => !isRepeat(line))
      if (fresh.length === 0) return
      isNew = true
      ring.add(fresh)
      become('live')
      tell()
    })
    let hasText = false
    let quiet: NodeJS.Timeout | undefined
    const onOpen = () => {
      clearTimeout(quiet)
      quiet = setTimeout(() => become('live'), quietMs)
    }
    const onText = (text: string) => {
      // A slow host tells what was written before some time after it took the command on.
      if (!hasText) onOpen()
      hasText = true
      return intake.take(text)
    }
    const { signal } = attempt
    const failure = await dokku.followLog(app, { lines: openingLines, onOpen, onText }, signal).then(
      () => null,
      (error: unknown) => error,
    )
    clearTimeout(quiet)
    intake.end(failure === null && !signal.aborted)
    return { isNew, failure }
  }

  async function follow(): Promise<void> {
    let pauseMs = pauses.firstMs
    while (!isClosed) {
      attempt = new AbortController()
      openedAt = performance.now()
      const { isNew, failure } = await readOnce()
      if (attempt.signal.aborted) continue
      const words = whyItEnded(failure, { app, host: dokku.host })
      note(words)
      become('waiting', words)
      if (isNew) pauseMs = pauses.firstMs
      await pause(pauseMs, attempt.signal)
      pauseMs = Math.min(2 * pauseMs, pauses.longestMs)
    }
  }

  follow().catch((error: unknown) => log.error({ err: error }, 'A log is no longer followed.'))
  return {
    ring,
    get state() {
      return state
    },
    onNews(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    again() {
      againTimer ??= setTimeout(
        () => {
          againTimer = null
          attempt.abort()
        },
        Math.max(0, openedAt + againEveryMs - performance.now()),
      )
    },
    close() {
      isClosed = true
      if (againTimer) clearTimeout(againTimer)
      attempt.abort()
    },
  }
}

function whyItEnded(failure: unknown, { app, host }: { app: string; host: string }): string {
  if (failure === null) return 'The log ended: its containers stopped or were replaced.'
  if (!(failure instanceof BerthError)) log.error({ err: failure }, `The log of ${app} broke off.`)
  const { kind, message } = failureOf(failure)
  if (kind === 'not-found') return `Dokku host "${host}" has no app ${app}.`
  return /has not been deployed/.test(message) ? `App ${app} was never deployed.` : message
}

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, ms)
    signal.addEventListener('abort', end)
  })
