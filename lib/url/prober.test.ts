import { readFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { createProber, type ProberOptions } from './prober.ts'
import { answer, type Script, type ScriptedSite, scriptedSite } from './scripted-site.ts'

const running: ScriptedSite[] = []

afterEach(async () => {
  for (const site of running.splice(0)) await site.close()
})

async function site(script: Script, tls?: Parameters<typeof scriptedSite>[1]): Promise<ScriptedSite> {
  const made = await scriptedSite(script, tls)
  running.push(made)
  return made
}

const loopback = ['127.0.0.0/8', '::1/128']

/** Asks `site.localhost`, the one host that the mapping yields here. */
function probe(url: string, more: Partial<ProberOptions> = {}, signal = new AbortController().signal) {
  const prober = createProber({ networks: loopback, ...more })
  return prober.probe(url, { mayEnterHost: (host) => host === 'site.localhost' }, signal)
}

const at = ({ port }: ScriptedSite, rest = '/', host = 'site.localhost') => `http://${host}:${port}${rest}`

describe('a visit', () => {
  it('is polite and anonymous: one GET without cookies or credentials, and it names itself', async () => {
    const polite = await site((socket) => socket.end(answer(200, 'set-cookie: session=1')))
    const { url } = await probe(at(polite, '/path?page=2').replace('http://', 'http://user:password@'))
    expect(polite.requests).toEqual([
      `GET /path?page=2 HTTP/1.1\r\naccept: text/html,*/*\r\nuser-agent: Berth (health probe)\r\n` +
        `connection: close\r\nHost: site.localhost:${polite.port}\r\n\r\n`,
    ])
    expect(url).toBe(at(polite, '/path?page=2'))
  })

  it.each([200, 204, 301, 304, 401, 404, 418, 500, 502, 503])(
    'tells status %i and how long it took',
    async (status) => {
      const plain = await site((socket) => socket.end(answer(status)))
      expect(await probe(at(plain))).toEqual({
        url: at(plain),
        status,
        finalStatus: status,
        latencyMs: expect.any(Number),
        certificateExpiresAt: null,
        redirectTo: null,
        failure: null,
      })
    },
  )

  it('hangs up before a large body', async () => {
    let sentBytes = 0
    const large = await site((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 52428800\r\n\r\n')
      const chunk = Buffer.alloc(65_536)
      const pour = () => {
        while (!socket.destroyed && sentBytes < 52_428_800) {
          sentBytes += chunk.length
          if (!socket.write(chunk)) return socket.once('drain', pour)
        }
      }
      pour()
    })
    expect(await probe(at(large))).toMatchObject({ status: 200, failure: null })
    while (large.sockets.size > 0) await sleep(1)
    expect(sentBytes).toBeLessThan(20_000_000)
  })

  it('waits for the answer after an early hint', async () => {
    const hinting = await site((socket) => socket.end(`HTTP/1.1 103 Early Hints\r\n\r\n${answer(204)}`))
    expect(await probe(at(hinting))).toMatchObject({ status: 204, failure: null })
  })
})

describe('a failure', () => {
  const timeoutMs = 60

  it.each([
    ['says nothing', () => {}],
    ['sends its headers ever so slowly', (socket) => socket.write('HTTP/1.1 200 OK\r\nx-slow:')],
    ['gives hint after hint', (socket) => socket.write('HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(50))],
  ] satisfies [string, Script][])('of a site that %s is a timeout, and the connection is closed', async (_, script) => {
    const silent = await site(script)
    const { failure, status } = await probe(at(silent), { timeoutMs })
    expect({ failure, status }).toEqual({
      failure: { kind: 'timeout', words: 'site.localhost did not answer within 0.06 s.' },
      status: null,
    })
    while (silent.sockets.size > 0) await sleep(1)
  })

  it.each([
    ['resets the connection', (socket) => socket.resetAndDestroy(), 'refused'],
    ['hangs up', (socket) => socket.end(), 'refused'],
    ['breaks off amid its headers', (socket) => socket.end('HTTP/1.1 200 OK\r\nx-a'), 'refused'],
    [
      'switches protocols unasked',
      (socket) => socket.write(answer(101, 'upgrade: chat', 'connection: upgrade')),
      'refused',
    ],
    ['speaks no HTTP', (socket) => socket.end('SSH-2.0-OpenSSH_9.9\r\n'), 'answer'],
    ['sends binary', (socket) => socket.end(Buffer.alloc(100_000, 7)), 'answer'],
    ['has endless headers', (socket) => socket.end(answer(200, `x-long: ${'x'.repeat(100_000)}`)), 'answer'],
    ['has countless headers', (socket) => socket.end(answer(200, ...Array(20_000).fill('x: y'))), 'answer'],
  ] satisfies [string, Script, string][])('of a site that %s is told', async (_, script, kind) => {
    const odd = await site(script)
    const { failure, status, finalStatus } = await probe(at(odd))
    expect({ kind: failure?.kind, status, finalStatus }).toEqual({ kind, status: null, finalStatus: null })
    expect(failure?.words).toContain('site.localhost')
  })

  it('of a port where nobody listens is told', async () => {
    const gone = await scriptedSite(() => {})
    await gone.close()
    expect((await probe(at(gone))).failure).toEqual({ kind: 'refused', words: 'Nobody listens at site.localhost.' })
  })

  it('of a name that nobody knows is told', async () => {
    const { failure } = await probe('http://site.localhost/', { resolve: async () => null })
    expect(failure).toEqual({ kind: 'name', words: 'The name site.localhost could not be resolved.' })
  })

  it('of a name whose servers are silent is a timeout', async () => {
    const { failure } = await probe('http://site.localhost/', { resolve: () => new Promise(() => {}), timeoutMs })
    expect(failure?.kind).toBe('timeout')
  })

  it('is none when Berth itself stops: the probe rejects and the connection is closed', async () => {
    const stopping = new AbortController()
    const silent = await site(() => stopping.abort())
    await expect(probe(at(silent), {}, stopping.signal)).rejects.toThrow()
    while (silent.sockets.size > 0) await sleep(1)
  })
})

describe('an address', () => {
  it('that must not be entered is not', async () => {
    const inner = await site((socket) => socket.end(answer(200)))
    const { failure } = await probe(at(inner), { networks: [] })
    expect(failure).toEqual({
      kind: 'address',
      words: 'site.localhost may not be entered: 127.0.0.1 is this machine itself. ::1 is this machine itself.',
    })
    expect(inner.requests).toEqual([])
  })

  it('is connected to as it was judged, whatever the name says a moment later', async () => {
    const judged = await site((socket) => socket.end(answer(200)))
    const answers = [['127.0.0.1'], ['169.254.169.254']]
    const { status } = await probe(at(judged), { resolve: async () => answers.shift() ?? null })
    expect({ status, left: answers.length }).toEqual({ status: 200, left: 1 })
  })

  it('among others of the name that must not be entered is passed over', async () => {
    const judged = await site((socket) => socket.end(answer(200)))
    const resolve = async () => ['169.254.169.254', 'fe80::1', '127.0.0.1']
    expect(await probe(at(judged), { resolve, timeoutMs: 2_000 })).toMatchObject({ status: 200, failure: null })
  })

  it('of a host that no mapping yields is not even looked up', async () => {
    const resolve = () => Promise.reject(new Error('Nobody may ask.'))
    expect(await probe('http://elsewhere.example/', { resolve })).toMatchObject({ failure: { kind: 'address' } })
  })

  it.each(['ftp://site.localhost/', 'file:///etc/passwd', 'javascript:alert(1)', 'nonsense', 'http://'])(
    'such as %s is none of the web',
    async (url) => {
      expect(await probe(url)).toMatchObject({ url, failure: { kind: 'address' } })
    },
  )

  it('with a port of mail or SSH is not asked', async () => {
    expect(await probe('http://site.localhost:25/')).toMatchObject({ failure: { kind: 'address' } })
  })
})

describe('a redirect', () => {
  const moved = (location: string) => answer(302, `location: ${location}`)

  it('is followed to its end; the first answer is told, without the query of where it led', async () => {
    const home = await site((socket, request) =>
      socket.end(request.startsWith('GET / ') ? moved('/login?token=secret#part') : answer(503)),
    )
    expect(await probe(at(home))).toMatchObject({
      status: 302,
      redirectTo: at(home, '/login'),
      finalStatus: 503,
      failure: null,
    })
  })

  it('is followed three times: the end of a circle stays unknown', async () => {
    const circle = await site((socket) => socket.end(moved('/')))
    expect(await probe(at(circle))).toMatchObject({
      status: 302,
      redirectTo: at(circle),
      finalStatus: null,
      failure: null,
    })
    expect(circle.requests).toHaveLength(4)
  })

  it.each(['file:///etc/passwd', 'javascript:alert(1)', 'ftp://site.localhost/', 'http://[', 'gopher://10.0.0.1/'])(
    'to %s is not followed',
    async (location) => {
      const odd = await site((socket) => socket.end(moved(location)))
      const { finalStatus, failure } = await probe(at(odd))
      expect({ failure, followed: odd.requests.length, finalStatus }).toEqual({
        failure: null,
        followed: 1,
        // What is no URL at all leads nowhere: the answer itself is the end.
        finalStatus: location === 'http://[' ? 302 : null,
      })
    },
  )

  it.each([
    ['127.0.0.1', true],
    ['other.localhost', true],
    ['2130706433', true],
    ['[::ffff:127.0.0.1]', true],
    ['127.0.0.2', false],
    ['2130706434', false],
    ['[::1]', false],
    ['[::ffff:127.0.0.2]', false],
    ['10.0.0.5', false],
    ['0.0.0.0', false],
    ['169.254.169.254', false],
  ])('to %s, where only 127.0.0.1 is opened: followed %s', async (host, followed) => {
    const inner = await site((socket) => socket.end(answer(200)))
    const outer = await site((socket) => socket.end(moved(at(inner, '/', host))))
    expect(await probe(at(outer), { networks: ['127.0.0.1/32'] })).toMatchObject({
      status: 302,
      redirectTo: new URL(at(inner, '/', host)).href,
      finalStatus: followed ? 200 : null,
      failure: null,
    })
    expect(inner.requests).toHaveLength(followed ? 1 : 0)
  })

  it('to a name is judged by where the name leads', async () => {
    const outer = await site((socket) => socket.end(moved('http://inner.example/')))
    const resolve = async (name: string) => [name === 'inner.example' ? '10.0.0.5' : '127.0.0.1']
    const { redirectTo, finalStatus, failure } = await probe(at(outer), { resolve })
    expect({ redirectTo, finalStatus, failure }).toEqual({
      redirectTo: 'http://inner.example/',
      finalStatus: null,
      failure: null,
    })
  })

  it('to where nobody answers is the failure that a visitor sees', async () => {
    const gone = await scriptedSite(() => {})
    await gone.close()
    const outer = await site((socket) => socket.end(moved(at(gone))))
    expect(await probe(at(outer))).toMatchObject({ status: 302, finalStatus: null, failure: { kind: 'refused' } })
  })

  it('shares the timeout of the whole probe', async () => {
    const silent = await site((socket, request) => {
      if (request.startsWith('GET / ')) socket.end(moved('/slow'))
    })
    expect(await probe(at(silent), { timeoutMs: 60 })).toMatchObject({ status: 302, failure: { kind: 'timeout' } })
  })
})

describe('a certificate', () => {
  const pem = (name: string) => readFileSync(path.join(import.meta.dirname, 'test-certificates', name), 'utf8')
  const key = pem('site.key')
  const authorities = pem('authority.pem')
  const secure = (cert: string) => site((socket) => socket.end(answer(200)), { cert: pem(`${cert}.pem`), key })
  const over = ({ port }: ScriptedSite) => `https://site.localhost:${port}/`
  const farAway = new Date('2120-01-01T00:00:00Z')

  it('that is good tells when it ends', async () => {
    const good = await secure('good')
    expect(await probe(over(good), { authorities })).toMatchObject({
      status: 200,
      certificateExpiresAt: farAway,
      failure: null,
    })
  })

  it.each([
    ['expired', authorities, 'has expired', new Date('2020-01-01T00:00:00Z')],
    ['other-name', authorities, 'is made out to another name', farAway],
    ['self-signed', authorities, 'is signed by itself, so nobody vouches for it', farAway],
    ['good', undefined, 'is signed by an authority that is not trusted here, or comes without its chain', farAway],
  ])('%s fails with the reason, and nothing is asked', async (name, trusted, reason, certificateExpiresAt) => {
    const bad = await secure(name)
    expect(await probe(over(bad), trusted === undefined ? {} : { authorities: trusted })).toMatchObject({
      status: null,
      latencyMs: null,
      certificateExpiresAt,
      failure: { kind: 'certificate', words: `The certificate of site.localhost ${reason}.` },
    })
    expect(bad.requests.join('')).toBe('')
  })

  it('of the first answer is told when a redirect leads on', async () => {
    const plain = await site((socket) => socket.end(answer(200)))
    const good = await site((socket) => socket.end(answer(301, `location: ${at(plain)}`)), {
      cert: pem('good.pem'),
      key,
    })
    expect(await probe(over(good), { authorities })).toMatchObject({ finalStatus: 200, certificateExpiresAt: farAway })
  })

  it('of the site’s own way to HTTPS is told, of another site’s not', async () => {
    const good = await secure('good')
    const moved = (host: string) =>
      site((socket) => socket.end(answer(301, `location: ${over(good).replace('site.localhost', host)}`)))
    const [own, others] = [await moved('site.localhost'), await moved('other.localhost')]
    expect(await probe(at(own), { authorities })).toMatchObject({ status: 301, certificateExpiresAt: farAway })
    expect(await probe(at(others), { authorities })).toMatchObject({ status: 301, certificateExpiresAt: null })
  })

  it('is missed where the port speaks no TLS', async () => {
    const plain = await site((socket) => socket.end(answer(400)))
    expect(await probe(over(plain))).toMatchObject({ failure: { kind: 'answer' }, certificateExpiresAt: null })
  })
})
