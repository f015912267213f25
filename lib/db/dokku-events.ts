import type { DokkuEvent } from '../domain/dokku-app.ts'
import type { AppLocation } from '../domain/mapping.ts'
import type { Database } from './client.ts'
import { storable } from './observations.ts'

/** The words come from a host: a sentence is expected, and a book is not kept. */
const mostCharacters = 500

export async function writeEvents(db: Database, host: string, events: readonly DokkuEvent[]): Promise<void> {
  if (events.length === 0) return
  const data = events.map(({ at, app, kind, process, words }) => ({
    host,
    app: storable(app),
    at,
    kind,
    process: process && storable(process),
    words: storable(words).slice(0, mostCharacters),
  }))
  await db.dokkuEvent.createMany({ data })
}

/** The app's last events, the newest first. They stay when the app is destroyed. */
export async function eventsOf(db: Database, { host, app }: AppLocation, limit: number): Promise<DokkuEvent[]> {
  const rows = await db.dokkuEvent.findMany({
    where: { host, app },
    orderBy: [{ at: 'desc' }, { id: 'desc' }],
    take: limit,
  })
  return rows.map(({ at, app, kind, process, words }) => ({
    at,
    app,
    kind: kind as DokkuEvent['kind'],
    process,
    words,
  }))
}

export async function forgetEvents(db: Database, before: Date): Promise<void> {
  await db.dokkuEvent.deleteMany({ where: { at: { lt: before } } })
}
