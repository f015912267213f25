import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { signingKey } from '#lib/notify/index.ts'

/** What Berth and GitLab have agreed on for one project. */
export interface WebhookSecrets {
  token: string
  /** As GitLab shows it; with one, only what it signed is believed. */
  signingToken: string | null
}

export interface ArrivedDelivery {
  headers: Pick<Headers, 'get'>
  body: Buffer
}

/** `key` is the same each time that GitLab sends this delivery. */
export type WebhookProof = { proven: true; key: string } | { proven: false; why: string }

/** How far GitLab's clock may be from Berth's, and how late a delivery may come: five minutes. */
const toleranceSeconds = 300

const longestKey = 200

/** The token as GitLab sends it: looked at before anything is read of the body. */
export function tokenFlaw(headers: Pick<Headers, 'get'>, { token }: WebhookSecrets): string | null {
  const sent = headers.get('x-gitlab-token')
  if (sent === null) return 'It came without a token.'
  return areSame(sent, token) ? null : 'Its token is another one than Berth gave GitLab.'
}

/** Whether a delivery comes from the GitLab that was told the secrets, and not from whoever wrote it down on the way. */
export function webhookProof({ headers, body }: ArrivedDelivery, secrets: WebhookSecrets, asOf: Date): WebhookProof {
  if (secrets.signingToken !== null) return signatureProof({ headers, body }, secrets.signingToken, asOf)
  const flaw = tokenFlaw(headers, secrets)
  if (flaw !== null) return { proven: false, why: flaw }
  const key = headers.get('idempotency-key')
  return { proven: true, key: key !== null && isKey(key) ? key : `sha256 ${sha256(body).toString('hex')}` }
}

/** https://www.standardwebhooks.com: id, second and body are signed together, so the id that is signed is the key. */
function signatureProof({ headers, body }: ArrivedDelivery, signingToken: string, asOf: Date): WebhookProof {
  const refused = (why: string): WebhookProof => ({ proven: false, why })
  const [id, timestamp, signatures] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) =>
    headers.get(name),
  )
  if (!id || !timestamp || !signatures) return refused('It came without a signature.')
  if (!isKey(id)) return refused('Its id is too long, or none.')
  const seconds = /^\d{1,12}$/.test(timestamp) ? Number(timestamp) : Number.NaN
  const lateSeconds = asOf.getTime() / 1000 - seconds
  if (Number.isNaN(lateSeconds)) return refused('Its timestamp is none.')
  if (lateSeconds > toleranceSeconds) return refused('It was signed more than five minutes ago.')
  if (lateSeconds < -toleranceSeconds)
    return refused('It was signed more than five minutes from now: the clocks differ.')
  const key = signingKey(signingToken)
  if (key === null) return refused('The signing token that Berth keeps is none.')
  const expected = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64')
  const isSigned = signatures.split(' ').some((signature) => areSame(signature, `v1,${expected}`))
  return isSigned ? { proven: true, key: id } : refused('Its signature does not fit.')
}

const isKey = (text: string): boolean => text.length <= longestKey && /^[\x21-\x7e]+$/.test(text)

const sha256 = (value: string | Buffer): Buffer => createHash('sha256').update(value).digest()

/** Takes as long for a wrong text as for a right one, of whatever length. */
const areSame = (one: string, other: string): boolean => timingSafeEqual(sha256(one), sha256(other))
