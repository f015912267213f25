import { announced, announcedSince } from '#lib/db/announcements.ts'
import { type Listening, listen } from '#lib/db/notifications.ts'
import { createHeard, type Heard, type LivePlace } from '#lib/domain/live-place.ts'
import type { Instance, World } from '../context.ts'

/** Where one process hears of changes, on one connection however many subscribe, and on none while nobody does. */
export interface Changes {
  /** Resolves once nothing more can be missed. Returns how to unsubscribe. */
  subscribe(wish: Wish, told: Told): Promise<() => void>
  /** Where all subscribers stand now; `null` while it is not known. */
  place(): LivePlace | null
}

interface Wish {
  topics: readonly string[]
  /** Where the subscriber stood when it last heard something; `null` when it comes for the first time. */
  since: LivePlace | null
}

/** Each word comes with where the subscriber stands after it; `null` leaves it where it stood. */
interface Told {
  /** Before all others: what changed since; `null` when nobody can tell. */
  onOpen(missed: string[] | null, place: LivePlace | null): void
  onChange(topics: string[], place: LivePlace | null): void
}

interface Subscriber {
  topics: ReadonlySet<string>
  onChange(topics: string[], place: LivePlace | null): void
}

/** Next bundles routes apart from each other; one connection for the whole process lives on the process. */
const shared = globalThis as { berthChanges?: Changes }

export function changesOf({ world, databaseUrl }: Pick<Instance, 'world' | 'databaseUrl'>): Changes {
  shared.berthChanges ??= createChanges(world, databaseUrl)
  return shared.berthChanges
}

export function createChanges({ db, now }: Pick<World, 'db' | 'now'>, databaseUrl: string): Changes {
  const subscribers = new Set<Subscriber>()
  let ready: Promise<Listening> | null = null
  let heard: Heard | null = null
  /** Heard while it was not known yet what came before. */
  let early: number[] = []

  const place = (): LivePlace | null => heard?.place(now()) ?? null

  function fanOut(changed: readonly string[]): void {
    const at = place()
    for (const { topics, onChange } of subscribers) {
      const relevant = changed.filter((topic) => topics.has(topic))
      if (relevant.length > 0) onChange(relevant, at)
    }
  }

  function hear(topics: string[], id: number | null): void {
    if (id !== null && heard) heard.add(id, now())
    else if (id !== null) early.push(id)
    fanOut(topics)
  }

  async function open(): Promise<Listening> {
    const listening = await listen(databaseUrl, hear, catchUp)
    try {
      const begun = createHeard(await announced(db), now())
      for (const id of early) begun.add(id, now())
      heard = begun
      early = []
      return listening
    } catch (error) {
      await listening.close()
      throw error
    }
  }

  /** Words may have been missed while the connection was gone. Until they are told they are gaps in everybody's place. */
  async function catchUp(): Promise<void> {
    const since = place()
    const all = [...new Set([...subscribers].flatMap(({ topics }) => [...topics]))]
    const missed = since && (await announcedSince(db, since, all).catch(() => null))
    fanOut(missed ?? all)
  }

  function close(): void {
    ready?.then((listening) => listening.close()).catch(() => {})
    ready = null
    heard = null
    early = []
  }

  return {
    place,
    async subscribe({ topics, since }, { onOpen, onChange }) {
      const waiting: (() => void)[] = []
      let isOpen = false
      const subscriber: Subscriber = {
        topics: new Set(topics),
        onChange: (changed, at) => (isOpen ? onChange(changed, at) : waiting.push(() => onChange(changed, at))),
      }
      subscribers.add(subscriber)
      const unsubscribe = () => {
        if (subscribers.delete(subscriber) && subscribers.size === 0) close()
      }
      try {
        ready ??= open()
        await ready
        const at = place()
        const missed = since && (await announcedSince(db, since, topics))
        onOpen(missed, at)
        for (const say of waiting) say()
        isOpen = true
        return unsubscribe
      } catch (error) {
        ready = null
        unsubscribe()
        throw error
      }
    },
  }
}
