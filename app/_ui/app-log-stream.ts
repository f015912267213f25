import type { AppLogState } from '#lib/domain/app-log.ts'
import type { StreamedLines } from './app-log-lines.ts'

/**
 * How the browser stands to Berth: `lost` while it cannot reach it, `refused` when Berth gives no stream and says why,
 * `resting` while nobody looks at the page.
 */
export type Connection = { kind: 'connecting' | 'open' | 'lost' | 'resting' } | { kind: 'refused'; words: string }

/** How Berth stands to the host, as a `state` event says it. */
export type StreamedState = Pick<AppLogState, 'kind' | 'words'> & { since: string }

interface Listener {
  onLines(lines: StreamedLines): void
  onState(state: StreamedState): void
  onConnection(connection: Connection): void
}

const tryAgainMs = 5000

/** A tab that nobody sees keeps neither a connection nor the host's log open. */
const hiddenMs = 30_000

/** Reads the stream at this address until it is closed, and comes back to where it was whenever it breaks. */
export function openAppLogStream(address: string, { onLines, onState, onConnection }: Listener): () => void {
  let source: EventSource | null = null
  let lastId = ''
  let timer: ReturnType<typeof setTimeout> | undefined
  const closing = new AbortController()

  function open(): void {
    const url = lastId ? `${address}?after=${lastId}` : address
    const opened = new EventSource(url)
    source = opened
    onConnection({ kind: 'connecting' })
    opened.onopen = () => onConnection({ kind: 'open' })
    opened.addEventListener('lines', ({ data, lastEventId }: MessageEvent<string>) => {
      lastId = lastEventId
      onLines(JSON.parse(data) as StreamedLines)
    })
    opened.addEventListener('state', ({ data }: MessageEvent<string>) => onState(JSON.parse(data) as StreamedState))
    opened.onerror = () => {
      onConnection({ kind: 'lost' })
      // A browser retries a broken stream by itself, but gives up on an answer that is not a stream.
      if (opened.readyState === EventSource.CLOSED) askWhy(url)
    }
  }

  /** The browser keeps an answer that is not a stream to itself, so it is asked for once more. */
  async function askWhy(url: string): Promise<void> {
    const asking = new AbortController()
    try {
      const response = await fetch(url, { signal: AbortSignal.any([closing.signal, asking.signal]) })
      const isProblem = response.headers.get('content-type') === 'application/problem+json'
      if (isProblem) onConnection({ kind: 'refused', words: ((await response.json()) as { detail: string }).detail })
    } catch {
      // It stays lost.
    }
    asking.abort()
    if (!closing.signal.aborted && source) timer = setTimeout(open, tryAgainMs)
  }

  function rest(): void {
    source?.close()
    source = null
    onConnection({ kind: 'resting' })
  }

  function onVisibility(): void {
    clearTimeout(timer)
    if (document.hidden) timer = setTimeout(rest, hiddenMs)
    else if (source === null || source.readyState === EventSource.CLOSED) open()
  }

  open()
  document.addEventListener('visibilitychange', onVisibility)
  return () => {
    closing.abort()
    clearTimeout(timer)
    document.removeEventListener('visibilitychange', onVisibility)
    source?.close()
  }
}
