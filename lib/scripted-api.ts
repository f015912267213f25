import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished } from 'vitest'

/** One request that is expected, and what it gets. */
export interface Step {
  /** Method, path below `root` and query, as they arrive. */
  expect: string
  status?: number
  headers?: Record<string, string>
  json?: unknown
  text?: string
  /** `hang` never answers, `reset` breaks the connection. */
  fate?: 'hang' | 'reset'
}

/**
 * An API on a loopback port that plays exactly these steps in this order. The test fails on a request that was not expected
 * and on one that never came.
 */
export async function scriptedApi(steps: Step[], { root = '/' } = {}) {
  const left = [...steps]
  const unexpected: string[] = []
  const requests: { headers: IncomingMessage['headers']; body: string }[] = []

  const server = createServer(async (request, response) => {
    const asked = `${request.method} ${request.url?.replace(root, '/')}`
    const body = (await request.toArray()).join('')
    requests.push({ headers: request.headers, body })
    const step = left[0]?.expect === asked ? left.shift() : undefined
    if (!step) unexpected.push(asked)
    answer(response, step ?? { expect: asked, status: 599, text: 'not expected' })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')

  onTestFinished(async () => {
    server.closeAllConnections()
    server.close()
    expect({ unexpected, neverCame: left.map((step) => step.expect) }).toEqual({ unexpected: [], neverCame: [] })
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests }
}

function answer(response: ServerResponse, { status = 200, headers, json, text, fate }: Step) {
  if (fate === 'hang') return
  if (fate === 'reset') return response.socket?.resetAndDestroy()
  response.writeHead(status, { 'content-type': json === undefined ? 'text/plain' : 'application/json', ...headers })
  response.end(json === undefined ? text : JSON.stringify(json))
}
