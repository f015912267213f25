import { createHmac } from 'node:crypto'

/** A key as Standard Webhooks writes it: `whsec_` and 24 to 64 bytes in Base64. `null` when it is none. */
export function signingKey(text: string): Buffer | null {
  const [, base64 = ''] = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(text) ?? []
  const key = Buffer.from(base64, 'base64')
  return key.length >= 24 && key.length <= 64 && key.toString('base64') === base64 ? key : null
}

/** The three headers of standardwebhooks.com: over id, second of this try, and the body, so that none can be exchanged. */
export function signedHeaders(
  { id, body, at }: { id: string; body: string; at: Date },
  key: Buffer,
): Record<string, string> {
  const timestamp = String(Math.floor(at.getTime() / 1000))
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` }
}
