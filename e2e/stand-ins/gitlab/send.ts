import { createHash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Reply } from './reply.ts'

/** Writes an answer; a GET gets the weak ETag of its body, and 304 when the asker already has it. */
export function send(request: IncomingMessage, response: ServerResponse, reply: Reply): void {
  const isText = typeof reply.body === 'string'
  const body = reply.body === undefined ? '' : isText ? (reply.body as string) : JSON.stringify(reply.body)
  const headers: Record<string, string> = {
    'cache-control': 'max-age=0, private, must-revalidate',
    vary: 'Origin',
    'x-request-id': crypto.randomUUID(),
    ...(body || reply.status === 200 ? { 'content-type': isText ? 'text/plain' : 'application/json' } : {}),
    ...reply.headers,
  }
  if (request.method === 'GET' && reply.status === 200) {
    headers.etag = `W/"${createHash('sha256').update(body).digest('hex').slice(0, 32)}"`
    if (request.headers['if-none-match'] === headers.etag) {
      delete headers['content-type']
      response.writeHead(304, headers).end()
      return
    }
  }
  if (reply.status !== 204) headers['content-length'] = String(Buffer.byteLength(body))
  response.writeHead(reply.status, headers).end(body)
}
