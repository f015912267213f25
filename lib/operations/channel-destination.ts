import { changeChannel, type StoredChannel } from '#lib/db/channels.ts'
import { BerthError } from '#lib/domain/errors.ts'
import { type Destination, signingKey } from '#lib/notify/index.ts'
import type { World } from '../context.ts'

/** What a person types for where messages go; which of it counts depends on the channel's kind. */
export interface GivenAddress {
  /** Of Slack's or Mattermost's incoming webhook, or of a webhook of one's own. */
  url?: string | undefined
  /** `whsec_…`, of a webhook of one's own. */
  signingKey?: string | undefined
  recipients?: string[] | undefined
}

const longestUrl = 2_000
const mostRecipients = 20
/** Nothing that a header, a list or an envelope of mail gives a meaning to. */
const mailbox = /^[^\s@<>,;:"'()[\]\\\p{Cc}]{1,64}@[^\s@<>,;:"'()[\]\\\p{Cc}]{1,190}$/u

/** What was typed as a destination; throws `invalid` for what is none. Never repeats an address or key. */
export function destinationFrom(kind: Destination['kind'], given: GivenAddress): Destination {
  if (kind === 'email') return { kind, recipients: recipientsFrom(given.recipients ?? []) }
  const url = urlFrom(given.url ?? '')
  if (kind !== 'webhook') return { kind, url }
  const key = given.signingKey?.trim() ?? ''
  if (!signingKey(key)) throw invalid('The signing key is not whsec_ and 24 to 64 bytes in Base64.')
  return { kind, url, signingKey: key }
}

function urlFrom(text: string): string {
  const url = text.length <= longestUrl ? URL.parse(text.trim()) : null
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:'))
    throw invalid('The address is none that begins with https:// or http://.')
  if (url.username !== '' || url.password !== '') throw invalid('The address must not carry a user or password.')
  url.hash = ''
  return url.href
}

function recipientsFrom(given: readonly string[]): string[] {
  const recipients = [...new Set(given.map((one) => one.trim()).filter(Boolean))]
  if (recipients.length === 0 || recipients.length > mostRecipients)
    throw invalid(`Name 1 to ${mostRecipients} recipients.`)
  if (!recipients.every((one) => mailbox.test(one))) throw invalid('A recipient is not an address of e-mail.')
  return recipients
}

/** What may be shown of it. */
export const configOf = (destination: Destination): StoredChannel['config'] =>
  destination.kind === 'email'
    ? { host: null, recipients: destination.recipients }
    : { host: new URL(destination.url).host, recipients: [] }

/** Closed for the database; bound to the channel, so that it opens in no other. */
export const sealedDestination = ({ seal }: Pick<World, 'seal'>, id: string, destination: Destination): string =>
  seal.close(JSON.stringify(destination), purposeOf(id))

/** Opens it; under an earlier secret it is sealed anew. Throws `unavailable` when no secret opens it. */
export async function destinationOf(
  { seal, db }: Pick<World, 'seal' | 'db'>,
  { id, secret }: Pick<StoredChannel, 'id' | 'secret'>,
): Promise<Destination> {
  const destination = JSON.parse(seal.open(secret, purposeOf(id))) as Destination
  if (seal.isOld(secret)) await changeChannel(db, id, { secret: sealedDestination({ seal }, id, destination) })
  return destination
}

const purposeOf = (id: string): string => `channel ${id}`

const invalid = (words: string): BerthError => new BerthError('invalid', 'berth', words)
