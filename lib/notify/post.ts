import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { BlockList } from 'node:net'
import type { Resolve } from '#lib/net/names.ts'
import { answeringWith, wayTo } from '#lib/net/way.ts'
import { type Delivery, failed, refused } from './delivery.ts'
import { oneLine } from './message.ts'

export interface PostOptions {
  /** Networks that the operator opened. */
  networks: BlockList
  resolve: Resolve
  timeoutMs: number
  /** Authorities to trust instead of the system's, PEM. */
  authorities: string | undefined
}

/** An answer is read no further. */
const mostBytes = 4_096
const longestShown = 200

/** Posts JSON to an address that a person gave: only to where a request may go, once, following nobody anywhere. */
export async function post(
  url: URL,
  { body, headers }: { body: string; headers: Record<string, string> },
  options: PostOptions,
): Promise<Delivery> {
  const timeout = AbortSignal.timeout(options.timeoutMs)
  const way = await wayTo(url, 'person', options, timeout)
  if (timeout.aborted) return failed(`${url.hostname} did not answer within ${options.timeoutMs / 1000} s.`)
  if ('failure' in way) return way.failure === 'address' ? refused(way.reason) : failed(way.reason)
  try {
    const request = (url.protocol === 'https:' ? httpsRequest : httpRequest)({
      method: 'POST',
      host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
      port: url.port || (url.protocol === 'https:' ? 443 : 80),
      path: `${url.pathname}${url.search}`,
      headers: {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        'user-agent': 'Berth (notifications)',
        connection: 'close',
        ...headers,
      },
      agent: false,
      lookup: answeringWith(way.addresses),
      signal: timeout,
      ...(options.authorities && { ca: options.authorities }),
    })
    request.end(body)
    return await judged(await responseTo(request), url)
  } catch (error) {
    if (timeout.aborted) return failed(`${url.hostname} did not answer within ${options.timeoutMs / 1000} s.`)
    return failed(connectionWords(error, url.hostname))
  }
}

const responseTo = (request: ClientRequest): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    request.once('response', resolve)
    request.on('error', reject)
    // An answer that Node neither takes nor calls an error, such as one that switches protocols unasked.
    request.once('close', () => reject(new Error('The connection was closed.')))
  })

async function judged(response: IncomingMessage, url: URL): Promise<Delivery> {
  const status = response.statusCode ?? 0
  const words = `${url.hostname} answered ${status}${await shownBody(response, url)}.`
  if (status >= 200 && status < 300) return { status: 'sent', words }
  if (status >= 300 && status < 400) return refused(`${words} A message follows no redirect.`)
  if (status === 408 || status === 429 || status >= 500) return failed(words, retryAfterSeconds(response))
  return refused(words)
}

/** Seconds from now, also where a date is given; `null` without either. */
function retryAfterSeconds({ headers }: IncomingMessage): number | null {
  const given = headers['retry-after']?.trim() ?? ''
  if (/^\d{1,9}$/.test(given)) return Number(given)
  const at = given.endsWith(' GMT') ? Date.parse(given) : Number.NaN
  return Number.isNaN(at) ? null : Math.max(0, Math.ceil((at - Date.now()) / 1000))
}

/** The beginning of what came, without the secret part of the address should the answer repeat it. */
async function shownBody(response: IncomingMessage, { pathname, search }: URL): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      chunks.push(chunk)
      bytes += chunk.length
      if (bytes >= mostBytes) break
    }
  } catch {
    // The status is the answer; that its text broke off changes nothing.
  } finally {
    response.destroy()
  }
  const secrets = [`${pathname}${search}`, ...pathname.split('/'), search].filter((part) => part.length >= 8)
  const plain = secrets.reduce((shown, secret) => shown.replaceAll(secret, '…'), Buffer.concat(chunks).toString('utf8'))
  const shown = oneLine(plain.slice(0, mostBytes), longestShown)
  return shown === '' ? '' : `: ${shown}`
}

/** Of the cause only Node's code is told: its message may quote what came. */
function connectionWords(error: unknown, hostName: string): string {
  const first = error instanceof AggregateError ? (error.errors[0] ?? error) : error
  const code = first instanceof Error && 'code' in first ? String(first.code) : ''
  if (code === 'ECONNREFUSED') return `Nobody listens at ${hostName}.`
  if (/CERT|SIGNATURE|ISSUER/.test(code)) return `The certificate of ${hostName} is refused (${code}).`
  return `${hostName} broke the connection off${code === '' ? '' : ` (${code})`}.`
}
