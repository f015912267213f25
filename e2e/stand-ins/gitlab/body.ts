import type { IncomingMessage } from 'node:http'
import { badParameter } from './reply.ts'

/** The fields of a request's body, sent as JSON or as a form; `{}` when there is none. */
export async function readBody(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  const text = Buffer.concat(chunks).toString()
  if (!text) return {}
  if (!request.headers['content-type']?.includes('json')) return Object.fromEntries(new URLSearchParams(text))
  try {
    return JSON.parse(text)
  } catch {
    throw badParameter('invalid JSON')
  }
}
