import type { LivePlace } from '../domain/live-place.ts'
import type { Database } from './client.ts'

/** More numbers than transactions can be under way between. */
const recentCount = 200

/** These stay, however old: from them a listener sees which numbers are still on their way. */
const keptCount = 200

/** What a listener that begins now must know: the newest number that was given out, and the latest that can be seen. */
export async function announced(db: Database): Promise<{ newest: number; ids: number[] }> {
  const [row] = await db.$queryRaw<{ newest: bigint; ids: bigint[] }[]>`
    SELECT CASE WHEN is_called THEN last_value ELSE 0 END AS "newest",
      ARRAY(SELECT "id" FROM "Announcement" ORDER BY "id" DESC LIMIT ${recentCount}) AS "ids"
    FROM "Announcement_id_seq"`
  return { newest: Number(row?.newest ?? 0), ids: (row?.ids ?? []).map(Number) }
}

/**
 * Those of the topics that were announced since this place; `null` when nobody can tell any more, because what followed the
 * place is not kept, or the place is another database's.
 */
export async function announcedSince(
  db: Database,
  place: LivePlace,
  topics: readonly string[],
): Promise<string[] | null> {
  const gaps = place.gaps.map(BigInt)
  // One statement, so that nothing is forgotten between asking how far back it goes and reading.
  const [row] = await db.$queryRaw<{ newest: bigint; kept: bigint | null; topics: string[] }[]>`
    SELECT CASE WHEN is_called THEN last_value ELSE 0 END AS "newest",
      (SELECT least(min("id"), max("id") - ${keptCount} + 1) FROM "Announcement") AS "kept",
      ARRAY(
        SELECT DISTINCT topic FROM "Announcement", unnest("topics") AS topic
        WHERE ("id" > ${BigInt(place.last)} OR "id" = ANY(${gaps}::bigint[])) AND topic = ANY(${topics}::text[])
      ) AS "topics"
    FROM "Announcement_id_seq"`
  if (!row || place.last > row.newest) return null
  // Forgetting leaves the latest: where there is none, none was forgotten.
  const kept = row.kept ?? 0n
  const isKept = place.last + 1 >= kept && place.gaps.every((gap) => gap >= kept)
  return isKept ? row.topics : null
}

/** Forgets what was announced before `before`, except the latest. */
export async function forgetAnnouncements(db: Database, before: Date): Promise<void> {
  await db.$executeRaw`
    DELETE FROM "Announcement" WHERE "at" < ${before} AND "id" <= (SELECT max("id") FROM "Announcement") - ${keptCount}`
}
