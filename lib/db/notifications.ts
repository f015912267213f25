import pg from 'pg'
import type { Database, Transaction } from './client.ts'

const channel = 'berth'

/** PostgreSQL refuses a payload of 8,000 bytes; topics are ASCII, so characters are bytes. */
const payloadLimit = 7_900

const reconnectMs = { first: 100, longest: 5_000 }

/**
 * Tells every listening process that these topics changed: `fleet`, `project:42`, `environment:7`, `operation:<uuid>`,
 * `job:123`. Inside a transaction the word goes out when it commits, and not at all when it rolls back. It is kept for a
 * while, so that a page which was away hears it when it comes back.
 */
export async function publish(db: Database | Transaction, topics: Iterable<string>): Promise<void> {
  for (const batch of batches(new Set(topics))) {
    await db.$executeRaw`
      WITH announced AS (INSERT INTO "Announcement" ("topics") VALUES (${batch}::text[]) RETURNING "id")
      SELECT pg_notify(${channel}, '{"id":' || "id" || ',"topics":' || ${JSON.stringify(batch)}::text || '}') FROM announced`
  }
}

/** As `publish`, for what only processes that listen right now need to hear. */
export async function whisper(db: Database | Transaction, topics: Iterable<string>): Promise<void> {
  for (const batch of batches(new Set(topics))) {
    await db.$executeRaw`SELECT pg_notify(${channel}, ${JSON.stringify({ topics: batch })})`
  }
}

/** Spreads many topics over as few payloads as fit. */
function batches(topics: Iterable<string>): string[][] {
  const batches: string[][] = []
  let length = Number.POSITIVE_INFINITY
  for (const topic of topics) {
    length += topic.length + 3
    if (length > payloadLimit) {
      batches.push([])
      length = '{"id":1234567890123456,"topics":[]}'.length + topic.length + 3
    }
    batches.at(-1)?.push(topic)
  }
  return batches
}

export interface Listening {
  close(): Promise<void>
}

/**
 * Hears what `publish` and `whisper` say, on a connection of its own; resolves once it listens for the first time. What was
 * published has the number of its announcement. When the connection breaks it comes back by itself, and `onReconnect` is
 * called because words may have been missed in between.
 */
export async function listen(
  connectionString: string,
  onTopics: (topics: string[], id: number | null) => void,
  onReconnect: () => void = () => {},
): Promise<Listening> {
  let closed = false
  let current: pg.Client | null = null
  let retry: NodeJS.Timeout | undefined

  async function open(): Promise<void> {
    const client = new pg.Client({ connectionString, keepAlive: true, application_name: 'berth-listen' })
    client.on('notification', ({ payload }) => {
      const { topics, id } = heardIn(payload)
      if (topics.length > 0) onTopics(topics, id)
    })
    client.on('error', () => lost(client))
    client.on('end', () => lost(client))
    try {
      await client.connect()
      await client.query(`LISTEN ${channel}`)
    } catch (error) {
      await client.end().catch(() => {})
      throw error
    }
    current = client
    if (closed) await client.end()
  }

  function lost(client: pg.Client): void {
    if (closed || current !== client) return
    current = null
    client.end().catch(() => {})
    comeBack(reconnectMs.first)
  }

  function comeBack(delayMs: number): void {
    retry = setTimeout(() => {
      open().then(
        () => closed || onReconnect(),
        () => closed || comeBack(Math.min(delayMs * 2, reconnectMs.longest)),
      )
    }, delayMs)
  }

  await open()
  return {
    async close() {
      closed = true
      clearTimeout(retry)
      await current?.end()
    },
  }
}

function heardIn(payload: string | undefined): { topics: string[]; id: number | null } {
  try {
    const { topics, id } = JSON.parse(payload ?? '') as { topics?: unknown; id?: unknown }
    return {
      topics: Array.isArray(topics) ? topics.filter((topic) => typeof topic === 'string') : [],
      id: typeof id === 'number' ? id : null,
    }
  } catch {
    return { topics: [], id: null }
  }
}
