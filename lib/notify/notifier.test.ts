import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { fakeMessage } from './fake-notification.ts'
import { createNotifier, type Destination, type NotifierOptions } from './index.ts'

interface Received {
  path: string
  headers: IncomingMessage['headers']
  body: string
}

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

/** A receiver on loopback that answers as the test says, and what it received. */
async function receiver(answer: (response: ServerResponse) => void = (response) => response.end('ok')) {
  const received: Received[] = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    received.push({ path: request.url ?? '', headers: request.headers, body })
    answer(response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  closing.push(async () => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  })
  const { port } = server.address() as AddressInfo
  return { received, port, url: `http://127.0.0.1:${port}/services/T0/B0/verysecrettoken` }
}

const options: NotifierOptions = { baseUrl: 'https://berth.example.jp', networks: ['127.0.0.0/8'], mail: null }
const key = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
const slack = (url: string): Destination => ({ kind: 'slack', url })

describe('what is sent', () => {
  test('to Slack is plain text with one link, which is Berth’s own', async () => {
    const { received, url } = await receiver()
    expect(await createNotifier(options).send(slack(url), fakeMessage())).toEqual({
      status: 'sent',
      words: '127.0.0.1 answered 200: ok.',
    })
    expect(received).toHaveLength(1)
    expect(received[0]?.headers['content-type']).toBe('application/json')
    expect(JSON.parse(received[0]?.body ?? '')).toEqual({
      text: '🔴 Did not promote a1b2c3d4 to production',
      mrkdwn: false,
      unfurl_links: false,
      unfurl_media: false,
      blocks: [
        {
          type: 'section',
          text: { type: 'plain_text', text: '🔴 Did not promote a1b2c3d4 to production', emoji: false },
        },
        { type: 'section', text: { type: 'plain_text', text: 'The job failed.', emoji: false } },
        {
          type: 'context',
          elements: [
            { type: 'plain_text', text: 'hello/hello-app · production · by Aiko', emoji: false },
            { type: 'mrkdwn', text: '<https://berth.example.jp/projects/42/environments/7|Look in Berth>' },
          ],
        },
      ],
    })
  })

  test('to Mattermost is one text', async () => {
    const { received, url } = await receiver()
    await createNotifier(options).send({ kind: 'mattermost', url }, fakeMessage({ environmentName: 'review/a_b' }))
    expect(JSON.parse(received[0]?.body ?? '').text.split('\n')).toEqual([
      '🔴 **Did not promote a1b2c3d4 to production**',
      'The job failed.',
      String.raw`hello/hello-app · review/a\_b · by Aiko · [Look in Berth](https://berth.example.jp/projects/42/environments/7)`,
    ])
  })

  test('to a webhook is signed over id, time and body', async () => {
    const { received, url } = await receiver()
    const now = () => new Date('2026-11-24T10:01:02.900Z')
    const message = fakeMessage()
    await createNotifier({ ...options, now }).send({ kind: 'webhook', url, signingKey: key }, message)
    const [{ headers, body }] = received as [Received]
    const signed = `${message.id}.1795514462.${body}`
    expect(headers).toMatchObject({
      'webhook-id': message.id,
      'webhook-timestamp': '1795514462',
      'webhook-signature': `v1,${createHmac('sha256', Buffer.alloc(32, 7)).update(signed).digest('base64')}`,
    })
    expect(JSON.parse(body)).toEqual({
      type: 'operation-failed',
      timestamp: '2026-11-24T10:00:00.000Z',
      data: {
        title: 'Did not promote a1b2c3d4 to production',
        words: 'The job failed.',
        severity: 'critical',
        project: { id: 42, path: 'hello/hello-app' },
        environment: 'production',
        host: null,
        actor: 'Aiko',
        url: 'https://berth.example.jp/projects/42/environments/7',
      },
    })
  })

  test.each(['//evil.example/x', 'https://evil.example', '\\\\evil.example'])(
    'never links to %s, which is another’s',
    async (path) => {
      const { received, url } = await receiver()
      await createNotifier(options).send({ kind: 'webhook', url, signingKey: key }, fakeMessage({ path }))
      expect(JSON.parse(received[0]?.body ?? '').data.url).toBe('https://berth.example.jp/')
    },
  )
})

describe('what comes back', () => {
  test.each([
    [204, 'sent'],
    [400, 'refused'],
    [404, 'refused'],
    [410, 'refused'],
    [408, 'failed'],
    [429, 'failed'],
    [500, 'failed'],
    [503, 'failed'],
  ])('%i is %s', async (status, expected) => {
    const { url } = await receiver((response) => response.writeHead(status).end())
    expect((await createNotifier(options).send(slack(url), fakeMessage())).status).toBe(expected)
  })

  test('a redirect is followed nowhere', async () => {
    const elsewhere = await receiver()
    const { url } = await receiver((response) => response.writeHead(307, { location: elsewhere.url }).end())
    expect((await createNotifier(options).send(slack(url), fakeMessage())).status).toBe('refused')
    expect(elsewhere.received).toEqual([])
  })

  test.each([
    ['7', 7],
    ['soon', null],
    ['-1', null],
  ])('Retry-After: %s is %j seconds', async (given, seconds) => {
    const { url } = await receiver((response) => response.writeHead(429, { 'retry-after': given }).end())
    expect(await createNotifier(options).send(slack(url), fakeMessage())).toMatchObject({ retryAfterSeconds: seconds })
  })

  test('an endless answer is read to its beginning only', async () => {
    const { url } = await receiver((response) => {
      const more = () => {
        while (response.write('x'.repeat(1000)));
        response.once('drain', more)
      }
      more()
    })
    const { words } = await createNotifier(options).send(slack(url), fakeMessage())
    expect(words.length).toBeLessThan(300)
  })

  test('an answer that never ends its silence is a timeout', async () => {
    const { url } = await receiver(() => {})
    expect(await createNotifier({ ...options, timeoutMs: 100 }).send(slack(url), fakeMessage())).toEqual({
      status: 'failed',
      words: '127.0.0.1 did not answer within 0.1 s.',
      retryAfterSeconds: null,
    })
  })

  test('an answer that drips is cut off with what came', async () => {
    const { url } = await receiver((response) => response.write('half'))
    const { words } = await createNotifier({ ...options, timeoutMs: 200 }).send(slack(url), fakeMessage())
    expect(words).toBe('127.0.0.1 answered 200: half.')
  })

  test('an answer that repeats the address shows nothing of its secret', async () => {
    const { url } = await receiver((response) => response.writeHead(404).end('No /services/T0/B0/verysecrettoken here'))
    const { words } = await createNotifier(options).send(slack(url), fakeMessage())
    expect(words).toBe('127.0.0.1 answered 404: No … here.')
  })

  test('nobody who listens is a failure that may pass', async () => {
    const { url } = await receiver()
    await closing.pop()?.()
    expect(await createNotifier(options).send(slack(url), fakeMessage())).toMatchObject({
      status: 'failed',
      words: 'Nobody listens at 127.0.0.1.',
    })
  })
})

describe('where it goes', () => {
  test.each([
    'http://127.0.0.1:PORT/',
    'http://localhost:PORT/',
    'http://[::ffff:127.0.0.1]:PORT/',
    'http://2130706433:PORT/',
  ])('not to this machine as %s, unless the operator opened it', async (form) => {
    const { received, port } = await receiver()
    const url = form.replace('PORT', String(port))
    const delivery = await createNotifier({ ...options, networks: [] }).send(slack(url), fakeMessage())
    expect(delivery.status).toBe('refused')
    expect(received).toEqual([])
  })

  test.each(['10.0.0.5', '169.254.169.254', '192.168.1.1', 'fd00::1'])(
    'not to a name that leads to %s',
    async (address) => {
      const resolve = async () => [address]
      const notifier = createNotifier({ ...options, networks: [], resolve })
      expect(await notifier.send(slack('https://hooks.example.com/x'), fakeMessage())).toMatchObject({
        status: 'refused',
      })
    },
  )

  test('to the addresses that were judged, though the name leads elsewhere by then', async () => {
    const { received, port } = await receiver()
    let asked = 0
    const resolve = async () => {
      asked += 1
      return ['127.0.0.1', '10.0.0.5']
    }
    await createNotifier({ ...options, resolve }).send(slack(`http://hooks.invalid:${port}/x`), fakeMessage())
    expect([asked, received.length]).toEqual([1, 1])
  })

  test.each(['file:///etc/passwd', 'gopher://127.0.0.1/', 'nothing', 'http://127.0.0.1:25/', 'http://127.0.0.1:22/'])(
    'not to %s',
    async (url) => {
      expect(await createNotifier(options).send(slack(url), fakeMessage())).toMatchObject({ status: 'refused' })
    },
  )

  test('without a mail server no mail', async () => {
    const delivery = await createNotifier(options).send({ kind: 'email', recipients: ['a@b.jp'] }, fakeMessage())
    expect(delivery).toEqual({ status: 'refused', words: 'Berth has no mail server: set BERTH_SMTP_URL.' })
  })
})
