import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

/** What came to one path, as it came. */
export interface Delivered {
  path: string
  headers: IncomingHttpHeaders
  body: string
}

/** A chat or a receiver of webhooks: takes what is posted, or answers as it was told. */
export interface HooksReceiver {
  url: string
  /** Everything that it was sent, those included that it refused. */
  delivered: Delivered[]
  /** What is answered from now on to what comes to this path; absent: 200 `ok`. */
  answers: Map<string, { status: number; text: string }>
  close(): Promise<void>
}

export async function startHooksReceiver(): Promise<HooksReceiver> {
  const delivered: Delivered[] = []
  const answers: HooksReceiver['answers'] = new Map()
  const server = createServer(async (request, response) => {
    const path = request.url ?? '/'
    delivered.push({ path, headers: request.headers, body: await text(request) })
    const answer = answers.get(path) ?? { status: 200, text: 'ok' }
    response.writeHead(answer.status, { 'content-type': 'text/plain' }).end(answer.text)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    delivered,
    answers,
    async close() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}
