import type { Tier } from '../domain/environment.ts'
import { type NotProbed, type ObservedUrl, probeability, servesHost, type UrlProbe } from '../domain/url-probe.ts'
import type { Database } from './client.ts'
import { Prisma, type UrlProbe as Row } from './generated/client.ts'
import { revive } from './json.ts'
import { recordset } from './observations.ts'

/** What the last probe of each environment's URL told, or why there is none; absent where nothing is known of either. */
export async function urlProbesOf(
  db: Database,
  projectId: number,
  environmentIds: readonly number[] | ReadonlySet<number> | 'all',
): Promise<Map<number, ObservedUrl | NotProbed>> {
  const ids = environmentIds === 'all' ? null : [...environmentIds].map(BigInt)
  const [rows, candidates] = await Promise.all([
    db.urlProbe.findMany({ where: { projectId, ...(ids && { environmentId: { in: ids } }) } }),
    candidatesOf(
      db,
      ids === null
        ? Prisma.sql`environment."projectId" = ${projectId}`
        : Prisma.sql`environment."projectId" = ${projectId} AND environment."id" = ANY(${ids}::bigint[])`,
    ),
  ])
  const told = new Map<number, ObservedUrl | NotProbed>()
  for (const { environmentId, url, app, domains } of candidates) {
    const decision = probeability(url, app, domains)
    if (!decision.allowed) told.set(Number(environmentId), { words: decision.reason })
  }
  for (const row of rows) {
    const observed = observedOf(row)
    if (!observed) continue
    const { failure } = observed
    told.set(Number(row.environmentId), failure?.kind === 'address' ? { words: failure.words } : observed)
  }
  return told
}

/** An environment that is up, with its URL and what Dokku says of its app. */
interface Candidate {
  environmentId: bigint
  projectId: number
  url: string
  app: string
  /** `null` until Dokku told them. */
  domains: string[] | null
}

const candidatesOf = (db: Database, where: Prisma.Sql): Promise<Candidate[]> => db.$queryRaw<Candidate[]>`
  SELECT environment."id" AS "environmentId", environment."projectId", environment."externalUrl" AS "url",
    app."name" AS "app", CASE WHEN app."domainsAt" IS NOT NULL THEN app."domains" END AS "domains"
  FROM "Environment" AS environment
  JOIN "BoardRow" AS row ON row."projectId" = environment."projectId" AND row."environmentId" = environment."id"
  JOIN "DokkuApp" AS app ON app."host" = row."appHost" AND app."name" = row."appName"
  WHERE environment."state" = 'available' AND environment."externalUrl" IS NOT NULL AND ${where}`

/** Whose row of the board rests on a probe. */
export interface ProbedEnvironment {
  projectId: number
  environmentId: number
}

/**
 * Keeps one row for every URL that may be probed: a new one and a changed one are due at once, and one whose environment
 * is no longer up goes. Returns those of which a probe had told something that holds no longer.
 */
export async function keepUrlProbes(db: Database, asOf: Date): Promise<ProbedEnvironment[]> {
  const candidates = await candidatesOf(db, Prisma.sql`true`)
  const wanted = candidates
    .filter(({ url, app, domains }) => probeability(url, app, domains).allowed)
    .map(({ environmentId, projectId, url }) => ({
      environmentId: String(environmentId),
      projectId,
      url: withoutCredentials(url),
    }))
  const given = Prisma.sql`jsonb_to_recordset(${recordset(wanted)}::jsonb)
    AS given("environmentId" bigint, "projectId" int, "url" text)`
  const outdated = await db.$queryRaw<{ projectId: number; environmentId: bigint; observedAt: Date | null }[]>`
    DELETE FROM "UrlProbe" AS kept WHERE NOT EXISTS (
      SELECT 1 FROM ${given} WHERE given."environmentId" = kept."environmentId" AND given."url" = kept."url")
    RETURNING "projectId", "environmentId", "observedAt"`
  await db.$executeRaw`
    INSERT INTO "UrlProbe" ("environmentId", "projectId", "url", "nextAt")
    SELECT "environmentId", "projectId", "url", ${asOf} FROM ${given} ON CONFLICT DO NOTHING`
  return outdated
    .filter(({ observedAt }) => observedAt !== null)
    .map(({ projectId, environmentId }) => ({ projectId, environmentId: Number(environmentId) }))
}

/** Credentials are not asked with, so they are not kept either. */
function withoutCredentials(url: string): string {
  return Object.assign(new URL(url), { username: '', password: '' }).href
}

/** Lets URLs that somebody has begun to look at be probed now, but none within `seconds` after its last probe. */
export async function hurryUrlProbes(
  db: Database,
  environmentIds: readonly number[],
  { asOf, seconds }: { asOf: Date; seconds: number },
): Promise<void> {
  if (environmentIds.length === 0) return
  const soon = new Date(asOf.getTime() + seconds * 1000)
  const lastProbeAtMost = new Date(asOf.getTime() - seconds * 1000)
  // Whoever probes one now has moved it on by less than `seconds`, so that it is left alone here.
  await db.urlProbe.updateMany({
    where: {
      environmentId: { in: environmentIds.map(BigInt) },
      nextAt: { gt: soon },
      observedAt: { lte: lastProbeAtMost },
    },
    data: { nextAt: asOf },
  })
}

/** A URL that this process probes now, and nobody else. */
export interface ClaimedUrl extends ProbedEnvironment {
  url: string
  host: string
  /** What the last probe told; `null` before the first one. */
  before: ObservedUrl | null
  tier: Tier
  watched: boolean
  /** Whether the environment's app answers at this host, as Dokku says. */
  mayEnterHost(host: string): boolean
  claimedUntil: Date
}

/**
 * Takes up to `most` due URLs, the longest overdue first and at most `perHost` of a host name, those in `busyHosts` counted
 * (one entry for each probe under way). The row's next time, moved on to `until`, is the claim: it lapses by itself.
 */
export async function claimUrlProbes(
  db: Database,
  { asOf, until, most, perHost, busyHosts }: ClaimTerms,
): Promise<ClaimedUrl[]> {
  const rows = await db.$queryRaw<(Row & { host: string; tier: Tier; watched: boolean; domains: string[] | null })[]>`
    WITH due AS (
      SELECT "environmentId", substring("url" from ${hostPattern}) AS "host", row_number() OVER (
        PARTITION BY substring("url" from ${hostPattern}) ORDER BY "nextAt") AS "place"
      FROM "UrlProbe" WHERE "nextAt" <= ${asOf}
    ),
    chosen AS (
      SELECT "environmentId" FROM "UrlProbe"
      WHERE "nextAt" <= ${asOf} AND "environmentId" IN (
        SELECT "environmentId" FROM due
        WHERE "place" + (SELECT count(*) FROM unnest(${[...busyHosts]}::text[]) AS busy WHERE busy = due."host") <= ${perHost})
      ORDER BY "nextAt" LIMIT ${most} FOR UPDATE SKIP LOCKED
    ),
    taken AS (
      UPDATE "UrlProbe" SET "nextAt" = ${until} WHERE "environmentId" IN (SELECT "environmentId" FROM chosen) RETURNING *
    )
    SELECT taken.*, substring(taken."url" from ${hostPattern}) AS "host", environment."tier", app."domains",
      EXISTS (
        SELECT 1 FROM "Watch" WHERE "subject" = 'environment:' || taken."environmentId" AND "until" > now()) AS "watched"
    FROM taken
    JOIN "Environment" AS environment ON environment."id" = taken."environmentId"
    LEFT JOIN "BoardRow" AS row ON row."projectId" = taken."projectId" AND row."environmentId" = taken."environmentId"
    LEFT JOIN "DokkuApp" AS app ON app."host" = row."appHost" AND app."name" = row."appName"`
  return rows.map((row) => ({
    projectId: row.projectId,
    environmentId: Number(row.environmentId),
    url: row.url,
    host: row.host,
    before: observedOf(row),
    tier: row.tier,
    watched: row.watched,
    mayEnterHost: (host) => servesHost(row.domains ?? [], host),
    claimedUntil: row.nextAt,
  }))
}

export interface ClaimTerms {
  asOf: Date
  until: Date
  most: number
  perHost: number
  busyHosts: Iterable<string>
}

/** The host of a URL that was written by `URL`: lower case, without credentials. */
const hostPattern = '^https?://(\\[[^]]*\\]|[^/:?#]+)'

/** Keeps what a claimed probe told; nothing when the claim lapsed, or the URL is another one by now. */
export async function writeUrlProbe(
  db: Database,
  { environmentId, url, claimedUntil }: ClaimedUrl,
  { observed, nextAt }: { observed: ObservedUrl; nextAt: Date },
): Promise<boolean> {
  const { count } = await db.urlProbe.updateMany({
    where: { environmentId: BigInt(environmentId), url, nextAt: claimedUntil },
    data: { ...observed, url, failure: observed.failure ?? Prisma.DbNull, nextAt },
  })
  return count === 1
}

function observedOf({ observedAt, failure, ...row }: Row): ObservedUrl | null {
  if (observedAt === null) return null
  return {
    url: row.url,
    status: row.status,
    latencyMs: row.latencyMs,
    certificateExpiresAt: row.certificateExpiresAt,
    redirectTo: row.redirectTo,
    finalStatus: row.finalStatus,
    failure: revive<UrlProbe['failure']>(failure),
    failures: row.failures,
    failingSince: row.failingSince,
    observedAt,
  }
}
