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
    const notEntered = observed.failure?.kind === 'address' && observed.status === null
    told.set(Number(row.environmentId), notEntered ? { words: observed.failure?.words ?? '' } : observed)
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
  const outdated = await db.$queryRaw<{ projectId: number; environmentId: bigint }[]>`
    WITH wanted AS (
      SELECT * FROM jsonb_to_recordset(${recordset(wanted)}::jsonb)
        AS given("environmentId" bigint, "projectId" int, "url" text)
    ),
    outdated AS (
      DELETE FROM "UrlProbe" AS kept WHERE NOT EXISTS (
        SELECT 1 FROM wanted WHERE wanted."environmentId" = kept."environmentId" AND wanted."url" = kept."url")
      RETURNING *
    ),
    added AS (
      INSERT INTO "UrlProbe" ("environmentId", "projectId", "url", "nextAt")
      SELECT "environmentId", "projectId", "url", ${asOf} FROM wanted
      WHERE "environmentId" NOT IN (SELECT "environmentId" FROM outdated)
      ON CONFLICT DO NOTHING
    )
    SELECT "projectId", "environmentId" FROM outdated WHERE "observedAt" IS NOT NULL`
  return outdated.map(({ projectId, environmentId }) => ({ projectId, environmentId: Number(environmentId) }))
}

/** Credentials are not asked with, so they are not kept either. */
function withoutCredentials(url: string): string {
  return Object.assign(new URL(url), { username: '', password: '' }).href
}
