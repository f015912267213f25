/** `lost` while the browser cannot reach Berth; it tries again by itself. */
export type LiveState = 'connecting' | 'live' | 'lost'

interface Subscription {
  topics: readonly string[]
  onChange: () => void
  /** It has been told of everything up to where the page stands. */
  isCurrent: boolean
}

const reconnectMs = 3000
const subscriptions = new Set<Subscription>()
const stateListeners = new Set<() => void>()
let source: EventSource | null = null
let connectedTo = ''
let state: LiveState = 'connecting'
let timer: ReturnType<typeof setTimeout> | null = null
/** How far the page has heard, as the server put it; `''` before it heard anything. */
let place = ''

/**
 * Calls `onChange` whenever something of these topics changed, and once when the server begins to listen for it, because what
 * happened between the drawing of the page and then is told to nobody. What happened while the connection was lost is told
 * when it is back; when that cannot be known, everything counts as changed. The page holds one connection for all of its
 * subscriptions.
 */
export function subscribe(topics: readonly string[], onChange: () => void): () => void {
  const subscription = { topics, onChange, isCurrent: false }
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
  if (topics === connectedTo && source && source.readyState !== EventSource.CLOSED) {
    if (state === 'live') bringUpToDate({ resumed: true })
    return
  }
  source?.close()
  source = null
  connectedTo = topics
  if (topics === '') return
  open(topics)
}

function open(topics: string): void {
  const since = place === '' ? '' : `&since=${place}`
  const opened = new EventSource(`/api/events?topics=${encodeURIComponent(topics)}${since}`)
  source = opened
  const on = (event: string, then: (data: string) => void) =>
    opened.addEventListener(event, ({ data, lastEventId }: MessageEvent<string>) => {
      // Another connection has taken over, and stands elsewhere.
      if (source !== opened) return
      then(data)
      if (lastEventId !== '') place = lastEventId
    })
  opened.onopen = () => become('live')
  on('listening', (data) => bringUpToDate(JSON.parse(data) as { resumed: boolean }))
  on('changed', (data) => {
    const changed = new Set((JSON.parse(data) as { topics: string[] }).topics)
    for (const { topics: wanted, onChange } of subscriptions) if (wanted.some((topic) => changed.has(topic))) onChange()
  })
  on('still-here', () => {})
  opened.onerror = () => {
    become('lost')
    // A browser retries a broken stream by itself, but gives up on an answer that is not a stream (502 during a restart).
    if (opened.readyState === EventSource.CLOSED) connectSoon(reconnectMs)
  }
}

/** Who was subscribed before a resumed connection has been told all; who joined, and everybody without that, reads again. */
function bringUpToDate({ resumed }: { resumed: boolean }): void {
  for (const subscription of subscriptions) {
    const isTold = resumed && subscription.isCurrent
    subscription.isCurrent = true
    if (!isTold) subscription.onChange()
  }
}

function become(next: LiveState): void {
  if (next === state) return
  state = next
  for (const listener of stateListeners) listener()
}
