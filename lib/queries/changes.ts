import { type Listening, listen } from '#lib/db/notifications.ts'

export type OnChange = (topics: string[]) => void

interface Subscriber {
  topics: ReadonlySet<string>
  onChange: OnChange
}

interface Hub {
  subscribers: Set<Subscriber>
  listening: Promise<Listening> | null
}

/** Next bundles routes apart from each other; one connection for the whole process lives on the process. */
const shared = globalThis as { berthChanges?: Hub }

/**
 * Calls `onChange` with those of `topics` that changed, and with all of them when words may have been missed. The process
 * listens on one connection however many subscribe, and on none while nobody does. Returns how to unsubscribe.
 */
export async function subscribe(
  databaseUrl: string,
  topics: readonly string[],
  onChange: OnChange,
): Promise<() => void> {
  shared.berthChanges ??= { subscribers: new Set(), listening: null }
  const hub = shared.berthChanges
  const subscriber = { topics: new Set(topics), onChange }
  hub.subscribers.add(subscriber)
  const unsubscribe = () => {
    hub.subscribers.delete(subscriber)
    if (hub.subscribers.size === 0) close(hub)
  }
  try {
    hub.listening ??= listen(
      databaseUrl,
      (changed) => fanOut(hub, changed),
      () => sayAll(hub),
    )
    await hub.listening
  } catch (error) {
    hub.listening = null
    unsubscribe()
    throw error
  }
  return unsubscribe
}

function fanOut({ subscribers }: Hub, changed: readonly string[]): void {
  for (const { topics, onChange } of subscribers) {
    const relevant = changed.filter((topic) => topics.has(topic))
    if (relevant.length > 0) onChange(relevant)
  }
}

function sayAll({ subscribers }: Hub): void {
  for (const { topics, onChange } of subscribers) onChange([...topics])
}

function close(hub: Hub): void {
  const { listening } = hub
  hub.listening = null
  listening?.then((connection) => connection.close()).catch(() => {})
}
