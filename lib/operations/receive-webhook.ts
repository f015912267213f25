import { publish } from '#lib/db/notifications.ts'
import { countRequest } from '#lib/db/rate-counts.ts'
import { acceptDelivery, countRefusal, type StoredWebhook, storedWebhook } from '#lib/db/webhooks.ts'
import { webhookHealth } from '#lib/domain/webhook.ts'
import { hintsOf } from '#lib/sync/webhook-hints.ts'
import type { World } from '../context.ts'
import { tokenFlaw, type WebhookSecrets, webhookProof } from './webhook-proof.ts'

export interface GivenDelivery {
  projectId: number
  headers: Pick<Headers, 'get'>
  /** `null` when it is longer than this. */
  readBody(mostBytes: number): Promise<Buffer | null>
}

/** What became of a delivery; `unknown` where Berth knows no webhook of the project. */
export type Reception =
  | { outcome: 'accepted' | 'repeated' | 'unknown' }
  | { outcome: 'refused' | 'too-large' | 'not-understood'; why: string }
  | { outcome: 'too-many'; waitSeconds: number }

/** GitLab itself stops at 25 MB; a push of twenty commits that touch thousands of files stays below this. */
const mostBytes = 5 * 1024 * 1024

/** Deliveries of one project in one minute. Refused ones are counted apart: nobody can use up what GitLab has. */
const mostPerMinute = { accepted: 3000, refused: 60 }

type Receiver = Pick<World, 'db' | 'seal' | 'now'>

/**
 * Takes a delivery of GitLab's: believes where it comes from by its secret, of what it says only where to look, and writes that
 * down for the worker. What it costs is a few statements, because GitLab waits for the answer.
 */
export async function receiveWebhook(world: Receiver, given: GivenDelivery): Promise<Reception> {
  const { projectId, headers } = given
  const webhook = await storedWebhook(world.db, projectId)
  if (webhook === null) return { outcome: 'unknown' }
  const secrets = secretsOf(world, webhook)
  const flaw = secrets.signingToken === null ? tokenFlaw(headers, secrets) : null
  if (flaw !== null) return refused(world, webhook, { outcome: 'refused', why: flaw })

  const body = await given.readBody(mostBytes)
  if (body === null)
    return refused(world, webhook, { outcome: 'too-large', why: `It is longer than ${mostBytes / 1024 / 1024} MB.` })
  const proof = webhookProof({ headers, body }, secrets, world.now())
  if (!proof.proven) return refused(world, webhook, { outcome: 'refused', why: proof.why })

  const passage = await countRequest(
    world.db,
    `webhook ${projectId}`,
    { perMinute: mostPerMinute.accepted },
    world.now(),
  )
  if (!passage.allowed) return { outcome: 'too-many', waitSeconds: passage.waitSeconds }
  const event = parsed(body)
  if (event === undefined) return refused(world, webhook, { outcome: 'not-understood', why: 'It is no JSON.' })
  return accepted(world, webhook, { key: proof.key, event, name: headers.get('x-gitlab-event') ?? '' })
}

async function accepted(
  { db, now }: Receiver,
  webhook: StoredWebhook,
  { key, event, name }: { key: string; event: unknown; name: string },
): Promise<Reception> {
  const { projectId } = webhook
  const at = now()
  const delivery = { projectId, key, event: name.slice(0, 60), hints: hintsOf(event, projectId) }
  if (!(await acceptDelivery(db, delivery, at))) return { outcome: 'repeated' }
  const isNews = webhookHealth(webhook, at) !== webhookHealth({ ...webhook, lastDeliveryAt: at }, at)
  if (isNews) await publish(db, [`project:${projectId}`])
  return { outcome: 'accepted' }
}

async function refused(
  { db, now }: Receiver,
  webhook: StoredWebhook,
  reception: { outcome: 'refused' | 'too-large' | 'not-understood'; why: string },
): Promise<Reception> {
  const { projectId } = webhook
  const at = now()
  const passage = await countRequest(db, `webhook ${projectId} refused`, { perMinute: mostPerMinute.refused }, at)
  if (!passage.allowed) return { outcome: 'too-many', waitSeconds: passage.waitSeconds }
  await countRefusal(db, projectId, { why: reception.why, at })
  if (webhookHealth(webhook, at) !== 'refusing') await publish(db, [`project:${projectId}`])
  return reception
}

/** What the secrets are sealed for: they open nothing of another project. */
export const sealPurpose = (what: 'token' | 'signing', projectId: number): string => `webhook ${what} ${projectId}`

const secretsOf = ({ seal }: Receiver, { projectId, token, signingKey }: StoredWebhook): WebhookSecrets => ({
  token: seal.open(token, sealPurpose('token', projectId)),
  signingToken: signingKey && seal.open(signingKey, sealPurpose('signing', projectId)),
})

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    return undefined
  }
}
