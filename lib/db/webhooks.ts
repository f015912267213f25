import type { Hint } from '../domain/hint.ts'
import type { Webhook } from '../domain/webhook.ts'
import type { Database } from './client.ts'
import type { Webhook as Row } from './generated/client.ts'

/** A project's hook with its secrets, sealed. */
export interface StoredWebhook extends Webhook {
  token: string
  /** `null` where deliveries are not signed. */
  signingKey: string | null
}

export async function storedWebhook(db: Database, projectId: number): Promise<StoredWebhook | null> {
  const row = await db.webhook.findUnique({ where: { projectId } })
  return row && { ...webhookValue(row), token: row.token, signingKey: row.signingKey }
}

export async function webhookOf(db: Database, projectId: number): Promise<Webhook | null> {
  const row = await db.webhook.findUnique({ where: { projectId } })
  return row && webhookValue(row)
}

/** Every hook that GitLab was last asked about before this instant, or never. */
export async function webhooksCheckedBefore(db: Database, before: Date): Promise<Webhook[]> {
  const rows = await db.webhook.findMany({
    where: { OR: [{ checkedAt: null }, { checkedAt: { lt: before } }] },
    orderBy: { projectId: 'asc' },
  })
  return rows.map(webhookValue)
}

/** A new hook in the place of the one before: what is counted begins anew. */
export async function writeWebhook(
  db: Database,
  webhook: Pick<StoredWebhook, 'projectId' | 'token' | 'signingKey' | 'installedBy' | 'installedAt'> & {
    hookId: number
    gitlabStatus: Webhook['gitlabStatus']
  },
): Promise<void> {
  const { projectId, hookId, installedAt, ...rest } = webhook
  const data = {
    ...rest,
    hookId: BigInt(hookId),
    installedAt,
    checkedAt: installedAt,
    deliveries: 0,
    refusals: 0,
    lastDeliveryAt: null,
    lastRefusalAt: null,
    lastRefusal: null,
  }
  await db.webhook.upsert({ where: { projectId }, create: { projectId, ...data }, update: data })
}

/** Sealed; `null`: deliveries are known by the plain token again. */
export async function writeSigningKey(db: Database, projectId: number, signingKey: string | null): Promise<void> {
  await db.webhook.updateMany({ where: { projectId }, data: { signingKey } })
}

export async function noteHookStatus(
  db: Database,
  projectId: number,
  { status, at }: { status: Webhook['gitlabStatus']; at: Date },
): Promise<void> {
  await db.webhook.updateMany({ where: { projectId }, data: { gitlabStatus: status, checkedAt: at } })
}

/** What it told and nobody followed yet is told by the lists. */
export async function removeWebhook(db: Database, projectId: number): Promise<void> {
  await db.$transaction([
    db.webhook.deleteMany({ where: { projectId } }),
    db.webhookDelivery.deleteMany({ where: { projectId } }),
  ])
}

export interface Delivery {
  projectId: number
  /** The same each time that GitLab sends it; one of another project may have the same. */
  key: string
  event: string
  hints: readonly Hint[]
}

/** Writes down what a delivery hints at, and counts it; false for one that came before. One statement, because GitLab waits. */
export async function acceptDelivery(
  db: Database,
  { projectId, key, event, hints }: Delivery,
  at: Date,
): Promise<boolean> {
  const handledAt = hints.length === 0 ? at : null
  const accepted = await db.$executeRaw`
    WITH accepted AS (
      INSERT INTO "WebhookDelivery" ("key", "projectId", "event", "hints", "receivedAt", "handledAt")
      VALUES (${`${projectId} ${key}`}, ${projectId}, ${event}, ${JSON.stringify(hints)}::jsonb, ${at}, ${handledAt}::timestamptz)
      ON CONFLICT ("key") DO NOTHING
      RETURNING "key"
    )
    UPDATE "Webhook" SET "deliveries" = "deliveries" + 1, "lastDeliveryAt" = greatest("lastDeliveryAt", ${at})
    WHERE "projectId" = ${projectId} AND EXISTS (SELECT 1 FROM accepted)`
  return accepted > 0
}

export async function countRefusal(
  db: Database,
  projectId: number,
  { why, at }: { why: string; at: Date },
): Promise<void> {
  await db.webhook.updateMany({
    where: { projectId },
    data: { refusals: { increment: 1 }, lastRefusal: why, lastRefusalAt: at },
  })
}

/** Of a backlog so many are followed at once. */
const mostWaiting = 5_000

/** Deliveries that nobody followed yet, oldest first. */
export async function waitingDeliveries(
  db: Database,
  projectId: number,
): Promise<{ key: string; hints: readonly Hint[] }[]> {
  const rows = await db.webhookDelivery.findMany({
    where: { projectId, handledAt: null },
    orderBy: { receivedAt: 'asc' },
    take: mostWaiting,
    select: { key: true, hints: true },
  })
  return rows.map(({ key, hints }) => ({ key, hints: hints as unknown as Hint[] }))
}

export async function deliveriesFollowed(db: Database, keys: readonly string[], at: Date): Promise<void> {
  await db.$executeRaw`UPDATE "WebhookDelivery" SET "handledAt" = ${at} WHERE "key" = ANY(${keys}::text[])`
}

/** Forgets deliveries of before, followed or not: the lists have told it all since. */
export async function forgetDeliveries(db: Database, before: Date): Promise<void> {
  await db.webhookDelivery.deleteMany({ where: { receivedAt: { lt: before } } })
}

const webhookValue = ({ token: _token, signingKey: _key, hookId, gitlabStatus, ...row }: Row): Webhook => ({
  ...row,
  hookId: hookId === null ? null : Number(hookId),
  gitlabStatus: gitlabStatus as Webhook['gitlabStatus'],
})
