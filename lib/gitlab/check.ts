import { z } from 'zod'
import type { GitlabCheck } from '#lib/domain/gitlab-check.ts'
import { orNull } from './schema.ts'

interface CheckOptions {
  fetch?: typeof fetch
  timeoutMs?: number
}

interface Answer {
  status: number
  headers: Headers
  text: string
}

type Asked = { answer: Answer } | { failed: GitlabCheck }

/**
 * Whether there is a GitLab at an address that takes this token and lets it look. The token is sent only after the same
 * address has shown over TLS that it is a GitLab, and never after a redirect. Never throws.
 */
export async function checkGitlab(
  given: { url: string; token: string },
  options: CheckOptions = {},
): Promise<GitlabCheck> {
  const base = baseOf(given.url)
  if (typeof base !== 'string') return base
  const first = await ask(`${base}/api/v4/version`, {}, options)
  if ('failed' in first) return first.failed
  // Every GitLab refuses a stranger here, in its own words.
  if (first.answer.status !== 401 || !saysUnauthorized(first.answer.text)) return notGitlab(first.answer)

  const headers = { authorization: `Bearer ${given.token}` }
  const self = await ask(`${base}/api/v4/personal_access_tokens/self`, headers, options)
  if ('failed' in self) return self.failed
  if (self.answer.status === 401) return { kind: 'token', because: tokenFault(self.answer.text) }
  const token = ownToken.safeParse(parsed(self.answer.text))
  if (self.answer.status !== 200 || !token.success) return { kind: 'token', because: 'strange' }
  const { name, scopes, expires_at: expiresOn } = token.data
  if (!scopes.includes('read_api') && !scopes.includes('api')) return { kind: 'scope', scopes }

  const user = await ask(`${base}/api/v4/user`, headers, options)
  if ('failed' in user) return user.failed
  const owner = ownUser.safeParse(parsed(user.answer.text))
  if (!owner.success) return notGitlab(user.answer)
  const { username, state } = owner.data
  if (state !== 'active') return { kind: 'inactive', username }
  return { kind: 'ok', facts: { name, username, scopes, expiresOn } }
}

/** GitLab's address without a slash at the end; plain HTTP only on this machine. */
export function baseOf(text: string): string | Extract<GitlabCheck, { kind: 'address' }> {
  const url = URL.canParse(text.trim()) ? new URL(text.trim()) : null
  if (url === null || !['https:', 'http:'].includes(url.protocol)) return { kind: 'address', because: 'not-a-url' }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '')
    return { kind: 'address', because: 'has-more' }
  if (url.protocol === 'http:' && !isThisMachine(url.hostname)) return { kind: 'address', because: 'not-https' }
  return url.href.replace(/\/+$/, '')
}

const isThisMachine = (hostname: string): boolean =>
  hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname)

/** https://docs.gitlab.com/api/personal_access_tokens/ */
const ownToken = z.object({ name: z.string(), scopes: z.array(z.string()), expires_at: orNull(z.string()) })

const ownUser = z.object({ username: z.string().min(1), state: z.string() })

async function ask(url: string, headers: Record<string, string>, options: CheckOptions): Promise<Asked> {
  const { timeoutMs = 10_000 } = options
  const signal = AbortSignal.timeout(timeoutMs)
  try {
    const request = { headers: { accept: 'application/json', ...headers }, redirect: 'manual' as const, signal }
    const response = await (options.fetch ?? fetch)(url, request)
    const location = response.status >= 300 && response.status < 400 ? response.headers.get('location') : null
    if (location !== null) {
      await response.body?.cancel()
      return { failed: { kind: 'redirect', to: placeOf(location, url) } }
    }
    return { answer: { status: response.status, headers: response.headers, text: await startOf(response) } }
  } catch (error) {
    if (signal.aborted)
      return { failed: { kind: 'unreachable', reason: `it did not answer within ${timeoutMs / 1000} s` } }
    return { failed: failureOf(error) }
  }
}

/** Whatever is at the other end, no more of it is read than an answer of GitLab's may have. */
async function startOf(response: Response): Promise<string> {
  let text = ''
  const decoder = new TextDecoder()
  for await (const part of response.body ?? []) {
    text += decoder.decode(part as Uint8Array, { stream: true })
    if (text.length > mostCharacters) break
  }
  return text
}

const mostCharacters = 200_000

function placeOf(location: string, from: string): string {
  if (!URL.canParse(location, from)) return 'an address that is none'
  const { origin, pathname } = new URL(location, from)
  return `${origin}${pathname}`.slice(0, 200)
}

function notGitlab({ status, text }: Answer): GitlabCheck {
  const looks = /^\s*</.test(text) ? 'a web page' : text.trim() === '' ? 'nothing' : 'something else than GitLab’s API'
  return { kind: 'not-gitlab', saw: `its API answers with ${looks} (status ${status})` }
}

const saysUnauthorized = (text: string): boolean =>
  z.object({ message: z.string().startsWith('401') }).safeParse(parsed(text)).success

/** Of a bearer that it has never given GitLab says that it was revoked, so only an end is told apart. */
function tokenFault(text: string): 'unknown' | 'expired' {
  const said = z.object({ error_description: z.string() }).safeParse(parsed(text))
  return said.success && /expired/i.test(said.data.error_description) ? 'expired' : 'unknown'
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

const reasons: Record<string, GitlabCheck> = {
  ENOTFOUND: { kind: 'unreachable', reason: 'its name is not known (DNS)' },
  EAI_AGAIN: { kind: 'unreachable', reason: 'its name could not be looked up (DNS)' },
  ECONNREFUSED: { kind: 'unreachable', reason: 'it refuses connections' },
  EHOSTUNREACH: { kind: 'unreachable', reason: 'no route leads to it' },
  ENETUNREACH: { kind: 'unreachable', reason: 'no route leads to it' },
  ETIMEDOUT: { kind: 'unreachable', reason: 'it does not answer' },
  UND_ERR_CONNECT_TIMEOUT: { kind: 'unreachable', reason: 'it does not answer' },
  DEPTH_ZERO_SELF_SIGNED_CERT: { kind: 'tls', reason: 'its certificate is signed by itself' },
  SELF_SIGNED_CERT_IN_CHAIN: {
    kind: 'tls',
    reason: 'its certificate is signed by an authority that Berth does not know',
  },
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: {
    kind: 'tls',
    reason: 'its certificate is signed by an authority that Berth does not know, or it does not send the ones between',
  },
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: {
    kind: 'tls',
    reason: 'its certificate is signed by an authority that Berth does not know',
  },
  CERT_HAS_EXPIRED: { kind: 'tls', reason: 'its certificate has ended' },
  ERR_TLS_CERT_ALTNAME_INVALID: { kind: 'tls', reason: 'its certificate is for another name' },
}

/** Of the error only Node's code is looked at: its message may hold what was sent. */
function failureOf(error: unknown): GitlabCheck {
  for (let current = error; current instanceof Error; current = current.cause) {
    const code = 'code' in current ? String(current.code) : ''
    const known = reasons[code]
    if (known) return known
    if (code === 'EPROTO' || code.startsWith('ERR_SSL')) return { kind: 'tls', reason: 'it does not speak TLS there' }
    if (code !== '') return { kind: 'unreachable', reason: `the connection broke (${code})` }
  }
  return { kind: 'unreachable', reason: 'the connection broke' }
}
