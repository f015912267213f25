/** `lost` while the browser cannot reach Berth; it tries again by itself. */
export type LiveState = 'connecting' | 'live' | 'lost'

interface Subscription {
  topics: readonly string[]
  onChange: () => void
}

const reconnectMs = 3000
const subscriptions = new Set<Subscription>()
const stateListeners = new Set<() => void>()
let source: EventSource | null = null
let connectedTo = ''
let state: LiveState = 'connecting'
let timer: ReturnType<typeof setTimeout> | null = null

/**
 * Calls `onChange` whenever something of these topics changed, and once when the server begins to listen for it, because what
 * happened between the drawing of the page and then, or while the connection was lost, is told to nobody. The page holds one
 * connection for all of its subscriptions.
 */
export function subscribe(topics: readonly string[], onChange: () => void): () => void {
  const subscription = { topics, onChange }
  subscriptions.add(subscription)
  connectSoon(0)
  return () => {
    subscriptions.delete(subscription)
    connectSoon(0)
  }
}

export const liveState = (): LiveState => state

export function onLiveState(listener: () => void): () => void {
  stateListeners.add(listener)
  return () => stateListeners.delete(listener)
}

/** Subscriptions come and go together when a page changes; waiting a moment makes one connection of them. */
function connectSoon(delayMs: number): void {
  if (timer) clearTimeout(timer)
  timer = setTimeout(connect, delayMs)
}

function connect(): void {
  timer = null
  const topics = [...new Set([...subscriptions].flatMap((subscription) => subscription.topics))].sort().join(',')
  if (topics === connectedTo && source && source.readyState !== EventSource.CLOSED) return
  source?.close()
  source = null
  connectedTo = topics
  if (topics === '') return
  open(topics)
}

function open(topics: string): void {
  const opened = new EventSource(`/api/events?topics=${encodeURIComponent(topics)}`)
  source = opened
  opened.onopen = () => become('live')
  opened.addEventListener('listening', () => {
    for (const { onChange } of subscriptions) onChange()
  })
  opened.addEventListener('changed', ({ data }: MessageEvent<string>) => {
    const changed = new Set((JSON.parse(data) as { topics: string[] }).topics)
    for (const { topics: wanted, onChange } of subscriptions) if (wanted.some((topic) => changed.has(topic))) onChange()
  })
  opened.onerror = () => {
    become('lost')
    // A browser retries a broken stream by itself, but gives up on an answer that is not a stream (502 during a restart).
    if (opened.readyState === EventSource.CLOSED) connectSoon(reconnectMs)
  }
}

function become(next: LiveState): void {
  if (next === state) return
  state = next
  for (const listener of stateListeners) listener()
}
