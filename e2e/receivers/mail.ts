import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'

/** A mail server that takes everything, and what it was told. */
export interface MailReceiver {
  /** `127.0.0.1:2525` */
  host: string
  commands: string[]
  /** As they came: head, an empty line, body. */
  messages: string[]
  close(): Promise<void>
}

/** As much SMTP as it takes to receive a message; `answers` replaces what it says to a command. */
export async function startMailReceiver(answers: Record<string, string> = {}): Promise<MailReceiver> {
  const commands: string[] = []
  const messages: string[] = []
  const server = createServer((socket) => receive(socket, { commands, messages, answers }))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    commands,
    messages,
    async close() {
      server.close()
      await once(server, 'close')
    },
  }
}

function receive(
  socket: Socket,
  { commands, messages, answers }: { commands: string[]; messages: string[]; answers: Record<string, string> },
): void {
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
}
