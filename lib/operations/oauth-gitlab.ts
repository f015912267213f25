import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** Somebody that the tests' GitLab knows. `levels` are access levels by project. */
export interface GitlabPerson {
  id: number
  username: string
  name: string
  state: 'active' | 'blocked'
  isAdmin: boolean
  levels: Record<number, number>
}

interface Pair {
  username: string
  access: string
  refresh: string
}

interface Answer {
  status: number
  body: object
}

/** Tests' GitLab as far as signing in goes: a real server whose codes and refresh tokens work once, and whose pairs die together. */
export interface OauthGitlab {
  url: string
  people: GitlabPerson[]
  /** Every request: `refresh hanako`, `GET /api/v4/user`. */
  requests: string[]
  /** While set, every request breaks off. */
  isAway: boolean
  /** While set, no token is ended: it answers 503. */
  refusesRevocation: boolean
  /** Answers to whoever has a token ended wait for it. */
  heldRevocation: Promise<void> | null
  /** What `code` a browser brings back after somebody agreed at this address of `/oauth/authorize`. */
  agree(authorizeUrl: string, username: string): URL
  /** Ends everything that somebody was given, as their own page of applications does. */
  revokeAll(username: string): void
  /** Ends access tokens alone, as time does. */
  expireAll(username: string): void
  isAlive(token: string): boolean
  /** How many pairs that somebody was given are alive. */
  alive(username: string): number
  close(): Promise<void>
}

export const application = { clientId: 'berth-application', clientSecret: 'application-secret' }

export async function startOauthGitlab(people: GitlabPerson[]): Promise<OauthGitlab> {
  const codes = new Map<string, { username: string; challenge: string; redirectUri: string }>()
  const pairs = new Set<Pair>()
  const access = new Map<string, string>()

  const drop = (pair: Pair) => {
    pairs.delete(pair)
    access.delete(pair.access)
  }
  const give = (username: string): object => {
    const pair = { username, access: `access-${secretText()}`, refresh: `refresh-${secretText()}` }
    pairs.add(pair)
    access.set(pair.access, username)
    return {
      access_token: pair.access,
      refresh_token: pair.refresh,
      token_type: 'Bearer',
      expires_in: 7200,
      scope: 'api',
    }
  }

  function grant(form: URLSearchParams): Answer {
    if (form.get('client_id') !== application.clientId || form.get('client_secret') !== application.clientSecret) {
      return { status: 401, body: { error: 'invalid_client', error_description: 'Client authentication failed.' } }
    }
    const refused = {
      status: 400,
      body: { error: 'invalid_grant', error_description: 'The grant is invalid or was used.' },
    }
    if (form.get('grant_type') === 'refresh_token') {
      const pair = [...pairs].find(({ refresh }) => refresh === form.get('refresh_token'))
      gitlab.requests.push(`refresh ${pair?.username ?? 'refused'}`)
      if (!pair) return refused
      drop(pair)
      return { status: 200, body: give(pair.username) }
    }
    const code = codes.get(form.get('code') ?? '')
    codes.delete(form.get('code') ?? '')
    const verifier = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url')
    if (!code || code.challenge !== verifier || code.redirectUri !== form.get('redirect_uri')) return refused
    return { status: 200, body: give(code.username) }
  }

  function answer({ method, url: path = '/', headers }: IncomingMessage, body: string): Answer {
    const { pathname, searchParams } = new URL(path, 'http://gitlab.test')
    if (pathname === '/oauth/token') return grant(new URLSearchParams(body))
    gitlab.requests.push(`${method} ${pathname}`)
    if (pathname === '/oauth/revoke') {
      if (gitlab.refusesRevocation) return { status: 503, body: {} }
      const token = new URLSearchParams(body).get('token')
      for (const pair of pairs) if (pair.access === token || pair.refresh === token) drop(pair)
      return { status: 200, body: {} }
    }
    const username = access.get(headers.authorization?.replace('Bearer ', '') ?? '')
    const person = gitlab.people.find((candidate) => candidate.username === username)
    if (!person) return { status: 401, body: { error: 'invalid_token', error_description: 'Token was revoked.' } }
    if (pathname === '/api/v4/user') {
      const { id, name, state, isAdmin } = person
      return { status: 200, body: { id, username, name, state, ...(isAdmin && { is_admin: true }) } }
    }
    const least = Number(searchParams.get('min_access_level'))
    const ids = Object.keys(person.levels).map(Number)
    return { status: 200, body: ids.filter((id) => (person.levels[id] ?? 0) >= least).map((id) => ({ id })) }
  }

  const server = createServer(async (request, response) => {
    if (gitlab.isAway) {
      request.socket.destroy()
      return
    }
    // Long enough for others to ask meanwhile.
    await sleep(10)
    const { status, body } = answer(request, (await request.toArray()).join(''))
    if (request.url === '/oauth/revoke') await gitlab.heldRevocation
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const gitlab: OauthGitlab = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    people,
    requests: [],
    isAway: false,
    refusesRevocation: false,
    heldRevocation: null,
    agree(authorizeUrl, username) {
      const { searchParams } = new URL(authorizeUrl)
      const given = (name: string) => searchParams.get(name) ?? ''
      const code = secretText()
      codes.set(code, { username, challenge: given('code_challenge'), redirectUri: given('redirect_uri') })
      const callback = new URL(given('redirect_uri'))
      callback.search = new URLSearchParams({ code, state: given('state') }).toString()
      return callback
    },
    revokeAll(username) {
      for (const pair of pairs) if (pair.username === username) drop(pair)
    },
    expireAll(username) {
      for (const [token, owner] of access) if (owner === username) access.delete(token)
    },
    isAlive: (token) => access.has(token),
    alive: (username) => [...pairs].filter((pair) => pair.username === username).length,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
  return gitlab
}

const secretText = (): string => randomBytes(16).toString('hex')
