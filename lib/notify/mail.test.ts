import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { fakeMessage } from './fake-notification.ts'
import { createNotifier } from './index.ts'

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

/** As much SMTP as it takes to receive a message; `answers` replaces what it says to a command. */
async function mailServer(answers: Record<string, string> = {}) {
  const commands: string[] = []
  const messages: string[] = []
  const server = createServer((socket) => {
    let [pending, message] = ['', null as string | null]
    const say = (line: string) => socket.write(`${line}\r\n`)
    socket.on('error', () => {})
    socket.on('data', (chunk) => {
      const lines = (pending + chunk.toString('utf8')).split('\r\n')
      pending = lines.pop() ?? ''
      for (const line of lines) {
        if (message !== null && line !== '.') message += `${line}\n`
        else if (message !== null) {
          messages.push(message)
          message = null
          say('250 Taken')
        } else {
          commands.push(line)
          const verb = line.split(/[ :]/)[0]?.toUpperCase() ?? ''
          const answer = answers[verb] ?? (verb === 'DATA' ? '354 Go on' : verb === 'QUIT' ? '221 Bye' : '250 Fine')
          if (answer.startsWith('354')) message = ''
          say(answer)
        }
      }
    })
    say('220 mail.test')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  closing.push(async () => {
    server.close()
    await once(server, 'close')
  })
  const { port } = server.address() as AddressInfo
  const notifier = (more = '') =>
    createNotifier({
      baseUrl: 'https://berth.example.jp',
      networks: [],
      mail: { url: `smtp://${more}127.0.0.1:${port}`, from: 'Berth <berth@example.jp>' },
    })
  return { commands, messages, notifier }
}

const headersOf = (message = '') =>
  message
    .split('\n\n')[0]
    ?.replaceAll(/\n[ \t]+/g, ' ')
    .split('\n') ?? []
const to = (...recipients: string[]) => ({ kind: 'email', recipients }) as const

test('a message goes out as plain text, to all who are named', async () => {
  const { messages, commands, notifier } = await mailServer()
  expect(await notifier().send(to('aiko@example.jp', 'yuki@example.jp'), fakeMessage())).toEqual({
    status: 'sent',
    words: '127.0.0.1 took it.',
  })
  expect(commands.filter((line) => /^(MAIL|RCPT)/.test(line))).toEqual([
    'MAIL FROM:<berth@example.jp>',
    'RCPT TO:<aiko@example.jp>',
    'RCPT TO:<yuki@example.jp>',
  ])
  expect(headersOf(messages[0])).toEqual(
    expect.arrayContaining([
      'Subject: [Berth] Did not promote a1b2c3d4 to production',
      'Message-ID: <01a20bf3-313a-73a8-912f-a3e6001742ce@berth.example.jp>',
      'Auto-Submitted: auto-generated',
      'Content-Type: text/plain; charset=utf-8',
    ]),
  )
  // Quoted-printable breaks long lines.
  expect(messages[0]?.replaceAll('=\n', '')).toContain('https://berth.example.jp/projects/42/environments/7')
})

test('a name with line ends adds no header, no recipient and no command', async () => {
  const evil =
    'x\r\nBcc: evil@example.com\r\n\r\nHello\r\n.\r\nMAIL FROM:<evil@example.com>\u2028RCPT TO:<evil@example.com>'
  const { messages, commands, notifier } = await mailServer()
  await notifier().send(
    to('aiko@example.jp'),
    fakeMessage({ title: evil, environmentName: evil, actor: evil, words: evil }),
  )
  expect(messages).toHaveLength(1)
  expect(headersOf(messages[0]).some((line) => /^bcc:/i.test(line))).toBe(false)
  expect(commands.filter((line) => line.startsWith('RCPT'))).toEqual(['RCPT TO:<aiko@example.jp>'])
})

test.each([
  ['550 No such user', 'refused'],
  ['451 Later', 'failed'],
])('a server that answers %s: %s, and its text is not repeated', async (answer, status) => {
  const { notifier } = await mailServer({ RCPT: answer })
  const delivery = await notifier().send(to('aiko@example.jp'), fakeMessage())
  expect(delivery).toMatchObject({ status, words: `127.0.0.1 answered ${answer.slice(0, 3)}.` })
})

test('a password is not said to a server without TLS', async () => {
  const { commands, messages, notifier } = await mailServer({
    EHLO: '250-mail.test\r\n250 AUTH PLAIN',
    STARTTLS: '502 No',
  })
  const delivery = await notifier('berth:hunter22@').send(to('aiko@example.jp'), fakeMessage())
  expect(delivery.status).not.toBe('sent')
  expect(delivery.words).not.toContain('hunter22')
  expect([commands.some((line) => line.startsWith('AUTH')), messages.length]).toEqual([false, 0])
})
