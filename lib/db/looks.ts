import type { BerthError, Failure } from '../domain/errors.ts'
import { webhookHealth } from '../domain/webhook.ts'
import type { Database } from './client.ts'
import { revive } from './json.ts'

/** What a look cost and found. */
export interface LookCost {
  requests: number
  milliseconds: number
  changed: number
  /** Of a host: how long it took to tell what is told of all apps at once. */
  readingSeconds?: number
  /** One sentence about what went less well than it could have. */
  note?: string
}

/** What the look before left behind. */
export interface LookBefore {
  observedAt: Date | null
  failingSince: Date | null
  cursor: Record<string, unknown>
  /** It ended without success: what it had written may not have reached the board yet. */
  unfinished: boolean
}

interface Holder {
  sourceId: string
  owner: string
}

/**
 * Opens a look at a source that the caller holds by a lease. One that is not `regular` leaves the time of the last attempt as
 * it is: the regular look comes when it would have come.
 */
export async function beginLook(
  db: Database,
  { sourceId }: Holder,
  { asOf, regular }: { asOf: Date; regular: boolean },
): Promise<LookBefore> {
  const row = await db.source.findUniqueOrThrow({ where: { id: sourceId } })
  const { unfinished, ...cursor } = revive<Record<string, unknown>>(row.cursor)
  await db.$executeRaw`
    UPDATE "Source" SET "attemptedAt" = CASE WHEN ${regular} THEN ${asOf} ELSE "attemptedAt" END, "cursor" = "cursor" || '{"unfinished": true}' WHERE "id" = ${sourceId}`
  return { observedAt: row.observedAt, failingSince: row.failingSince, cursor, unfinished: unfinished === true }
}

/** The source answered: what is stored of it is as of now, also where nothing had changed. */
export async function confirmObserved(db: Database, { sourceId, owner }: Holder, asOf: Date): Promise<void> {
  await db.$executeRaw`
    UPDATE "Source" SET "observedAt" = ${asOf}, "failingSince" = NULL, "error" = NULL
    WHERE "id" = ${sourceId} AND "leaseOwner" = ${owner}`
}

/** Adds to the cursor of a look that goes on. */
export async function keepCursor(db: Database, { sourceId, owner }: Holder, cursor: object): Promise<void> {
  await db.$executeRaw`
    UPDATE "Source" SET "cursor" = "cursor" || ${JSON.stringify(cursor)}::jsonb
    WHERE "id" = ${sourceId} AND "leaseOwner" = ${owner}`
}

/** Closes a look whose changes have reached the board; without a `cost`, that of the last regular look stays. */
export async function finishLook(
  db: Database,
  { sourceId, owner }: Holder,
  { cursor, cost }: { cursor: object; cost: LookCost | null },
): Promise<void> {
  await db.$executeRaw`
    UPDATE "Source" SET "cursor" = ${JSON.stringify(cursor)}::jsonb,
      "cost" = coalesce(${cost && JSON.stringify(cost)}::jsonb, "cost")
    WHERE "id" = ${sourceId} AND "leaseOwner" = ${owner}`
}

/** The source could not be read. What is known of it stays; `retryAt` is when it said that asking again makes sense. */
export async function failLook(
  db: Database,
  { sourceId, owner }: Holder,
  { failure, asOf, retryAt, cost }: { failure: Failure; asOf: Date; retryAt: Date | null; cost: LookCost },
): Promise<void> {
  await db.$executeRaw`
    UPDATE "Source" SET "failingSince" = coalesce("failingSince", ${asOf}),
      "error" = ${JSON.stringify({ ...failure, retryAt })}::jsonb, "cost" = ${JSON.stringify(cost)}::jsonb
    WHERE "id" = ${sourceId} AND "leaseOwner" = ${owner}`
}

/** A source with what decides when it is looked at next. */
export interface LookState {
  id: string
  attemptedAt: Date | null
  failingSince: Date | null
  retryAt: Date | null
  /** Somebody holds it now. */
  held: boolean
  /** Somebody has a page open that rests on it. */
  watched: boolean
  /** What the last look at a host took of it before any question about a single app; `null` when not known. */
  readingSeconds: number | null
  /** What the last look took of Heroku's budget; `null` when not known. */
  requests: number | null
  /** GitLab told of something in the project that nobody followed yet. */
  hinted: boolean
  /** When hints about the project were last followed. */
  hintedAt: Date | null
  /** GitLab tells by itself of what happens in the project. */
  hooked: boolean
}

/**
 * Every project and host that is to be looked at, Heroku and the project list itself, whether it was ever looked at or not.
 * Without a GitLab there is no list, nor a failure to wait after: once one is connected it is read at once.
 */
export async function lookStates(db: Database, { hasGitlab }: { hasGitlab: boolean }): Promise<LookState[]> {
  const rows = await db.$queryRaw<LookRow[]>`
    WITH alive AS (SELECT "subject" FROM "Watch" WHERE "until" > now()),
    open AS (
      SELECT "subject" AS "project" FROM alive
      UNION
      SELECT 'project:' || "projectId" FROM "Environment" WHERE "id" IN (
        SELECT CASE WHEN "subject" ~ '^environment:[0-9]{1,18}$' THEN substr("subject", 13)::bigint END FROM alive)
    ),
    wanted AS (
      SELECT 'gitlab' AS "id", NULL::integer AS "projectId", false AS "watched" WHERE ${hasGitlab}
      UNION ALL
      SELECT 'gitlab:' || "id", "id", ('project:' || "id") IN (SELECT "project" FROM open) FROM "Project"
      UNION ALL
      SELECT 'heroku', NULL, EXISTS (SELECT 1 FROM alive WHERE "subject" NOT LIKE 'job:%') FROM "HerokuAccount"
      UNION ALL
      SELECT 'dokku:' || "name", NULL, EXISTS (SELECT 1 FROM alive WHERE "subject" NOT LIKE 'job:%') FROM "DokkuHost"
    )
    SELECT wanted."id", wanted."watched", source."attemptedAt", source."failingSince", source."error",
      (source."cost"->>'readingSeconds')::float8 AS "readingSeconds", (source."cost"->>'requests')::int AS "requests",
      coalesce(source."leaseUntil" > now(), false) AS "held",
      EXISTS (SELECT 1 FROM "WebhookDelivery" AS delivery
        WHERE delivery."projectId" = wanted."projectId" AND delivery."handledAt" IS NULL) AS "hinted",
      (source."cursor"->>'hintedAt')::timestamptz AS "hintedAt",
      to_jsonb(webhook) - 'token' - 'signingKey' AS "webhook"
    FROM wanted LEFT JOIN "Source" AS source USING ("id") LEFT JOIN "Webhook" AS webhook USING ("projectId")`
  const asOf = new Date()
  return rows.map(({ error, webhook, ...row }) => {
    const { retryAt } = revive<{ retryAt?: unknown }>(error ?? {})
    const hooked = webhook !== null && webhookHealth(revive(webhook), asOf) === 'working'
    return { ...row, hooked, retryAt: retryAt instanceof Date ? retryAt : null }
  })
}

interface LookRow extends Omit<LookState, 'retryAt' | 'hooked'> {
  error: { retryAt?: unknown } | null
  webhook: unknown
}

/** When the source asked to be asked again; `null` when it did not say. */
export const retryAtOf = (error: BerthError, asOf: Date): Date | null =>
  error.retryAfterSeconds === null ? null : new Date(asOf.getTime() + error.retryAfterSeconds * 1000)
