import { blockList } from '#lib/net/address.ts'
import { type Resolve, systemResolver } from '#lib/net/names.ts'
import { type Delivery, refused } from './delivery.ts'
import { createMail, type MailServer } from './mail.ts'
import { mattermostBody } from './mattermost.ts'
import { type Message, type Told, told } from './message.ts'
import { post } from './post.ts'
import { signedHeaders, signingKey } from './signature.ts'
import { slackBody } from './slack.ts'
import { webhookBody } from './webhook.ts'

/** Where a message goes, with its secrets. */
export type Destination =
  | { kind: 'slack' | 'mattermost'; url: string }
  | { kind: 'webhook'; url: string; signingKey: string }
  | { kind: 'email'; recipients: string[] }

export interface NotifierOptions {
  /** Berth's own address: every link begins with it. */
  baseUrl: string
  /** Private networks that the operator opened, as `10.0.0.0/8`; public addresses always are. */
  networks: readonly string[]
  /** `null`: no e-mail. */
  mail: MailServer | null
  /** For one try with all that it takes. */
  timeoutMs?: number
  authorities?: string
  resolve?: Resolve
  now?: () => Date
}

export interface Notifier {
  /** Whether there is a mail server. */
  readonly hasMail: boolean
  /** Hands a message over once and tells how that went; whatever is wrong with the destination is a value. */
  send(destination: Destination, message: Message): Promise<Delivery>
}

/** Makes what carries messages out: to public addresses only, within a timeout, and nothing that others wrote takes effect. */
export function createNotifier(options: NotifierOptions): Notifier {
  const { baseUrl, timeoutMs = 10_000, now = () => new Date() } = options
  const way = {
    networks: blockList(options.networks),
    resolve: options.resolve ?? systemResolver(),
    timeoutMs,
    authorities: options.authorities,
  }
  const mail = options.mail && createMail(options.mail, { timeoutMs })

  async function send(destination: Destination, message: Message): Promise<Delivery> {
    const shown = told(message, baseUrl)
    if (destination.kind === 'email')
      return mail
        ? mail(destination.recipients, message, shown)
        : refused('Berth has no mail server: set BERTH_SMTP_URL.')
    const url = URL.parse(destination.url)
    if (!url || !isWeb(url)) return refused('The channel’s address is none that a message can be sent to.')
    const body = JSON.stringify(bodyFor(destination.kind, message, shown))
    if (destination.kind !== 'webhook') return post(url, { body, headers: {} }, way)
    const key = signingKey(destination.signingKey)
    if (!key) return refused('The channel’s key is none that a message can be signed with.')
    return post(url, { body, headers: signedHeaders({ id: message.id, body, at: now() }, key) }, way)
  }
  return { hasMail: mail !== null, send }
}

const isWeb = ({ protocol }: URL): boolean => protocol === 'https:' || protocol === 'http:'

function bodyFor(kind: 'slack' | 'mattermost' | 'webhook', message: Message, shown: Told): object {
  switch (kind) {
    case 'slack':
      return slackBody(shown)
    case 'mattermost':
      return mattermostBody(shown)
    case 'webhook':
      return webhookBody(message, shown)
  }
}
