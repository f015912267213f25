import { afterEach, expect, test } from 'vitest'
import { startMailReceiver } from '../../e2e/receivers/mail.ts'
import { fakeMessage } from './fake-notification.ts'
import { createNotifier } from './index.ts'

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

/** A mail server, and a Berth that sends by it. */
async function mailServer(answers: Record<string, string> = {}) {
  const { host, commands, messages, close } = await startMailReceiver(answers)
  closing.push(close)
  const notifier = (more = '') =>
    createNotifier({
      baseUrl: 'https://berth.example.jp',
      networks: [],
      mail: { url: `smtp://${more}${host}`, from: 'Berth <berth@example.jp>' },
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
