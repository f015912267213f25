import { createTransport } from 'nodemailer'
import { type Delivery, failed, refused } from './delivery.ts'
import type { Message, Told } from './message.ts'

export interface MailServer {
  /** `smtp://user:password@mail.example.jp:587` */
  url: string
  from: string
}

export type SendMail = (to: readonly string[], message: Message, told: Told) => Promise<Delivery>

/** Sends plain text by the operator's mail server. A password is only ever said through TLS. */
export function createMail({ url, from }: MailServer, { timeoutMs }: { timeoutMs: number }): SendMail {
  const server = new URL(url)
  const transport = createTransport({
    host: server.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: Number(server.port || (server.protocol === 'smtps:' ? 465 : 587)),
    secure: server.protocol === 'smtps:',
    ...(server.username !== '' && {
      auth: { user: decodeURIComponent(server.username), pass: decodeURIComponent(server.password) },
      requireTLS: true,
    }),
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    dnsTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  return async (to, message, { title, about, words, url: link }) => {
    try {
      const { rejected } = await transport.sendMail({
        from,
        to: to.map((address) => ({ name: '', address })),
        subject: `[Berth] ${title}`,
        text: [title, about, words, link].filter(Boolean).join('\n\n'),
        messageId: `<${message.id}@${new URL(link).hostname}>`,
        date: message.notification.at,
        headers: { 'Auto-Submitted': 'auto-generated' },
      })
      if (rejected.length > 0) return refused(`${server.hostname} took it for some only, not for ${rejected.length}.`)
      return { status: 'sent', words: `${server.hostname} took it.` }
    } catch (error) {
      return judged(error, server.hostname)
    }
  }
}

/** RFC 5321, 4.2.1: 5yz will not go well another time. What the server says may quote the message, so only its number is told. */
function judged(error: unknown, hostName: string): Delivery {
  const { code = '', responseCode = null } = error as { code?: string; responseCode?: number | null }
  if (code === 'EAUTH') return failed(`${hostName} does not take the user and password of BERTH_SMTP_URL.`)
  if (responseCode === null) return failed(`${hostName} could not be reached (${code || 'no answer'}).`)
  const words = `${hostName} answered ${responseCode}.`
  return responseCode >= 500 ? refused(words) : failed(words)
}
