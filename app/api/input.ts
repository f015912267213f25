import { z } from 'zod'
import { BerthError } from '#lib/domain/errors.ts'

const bodyLimit = 16 * 1024

/** A number of GitLab's in a path. Throws `not-found` for anything else: such a thing cannot be there. */
export function idIn(text: string): number {
  const id = /^[1-9]\d{0,15}$/.test(text) ? Number(text) : Number.NaN
  if (!Number.isSafeInteger(id)) throw new BerthError('not-found', 'berth', `"${text.slice(0, 40)}" is not an id.`)
  return id
}

/** The JSON body of a request, at most 16 kB unless said otherwise. Throws `invalid` with every complaint at once. */
export async function bodyOf<Value>(request: Request, schema: z.ZodType<Value>, mostBytes = bodyLimit): Promise<Value> {
  requireJson(request)
  return valueIn(await textOf(request, mostBytes), schema)
}

/** As `bodyOf`; a request without a body, to which the server may have given an empty one, counts as `{}`. */
export async function optionalBodyOf<Value>(request: Request, schema: z.ZodType<Value>): Promise<Value> {
  const text = await textOf(request, bodyLimit)
  if (text === '') return valueIn('{}', schema)
  requireJson(request)
  return valueIn(text, schema)
}

function requireJson(request: Request): void {
  const type = request.headers.get('content-type') ?? ''
  if (!/^application\/json\b/i.test(type)) throw invalid('The body has to be application/json.')
}

function valueIn<Value>(text: string, schema: z.ZodType<Value>): Value {
  const parsed = schema.safeParse(parse(text))
  if (parsed.success) return parsed.data
  throw invalid(z.prettifyError(parsed.error).replace(/\s*\n\s*/g, ' '))
}

async function textOf(request: Request, mostBytes: number): Promise<string> {
  const bytes = await bytesOf(request, mostBytes)
  if (bytes === null) throw invalid(`The body is longer than ${mostBytes} bytes.`)
  return bytes.toString('utf8')
}

/** The body as it was sent. Stops reading where the limit is, whatever length was announced; `null` when it is longer. */
export async function bytesOf(request: Request, mostBytes: number): Promise<Buffer | null> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of request.body ?? []) {
    length += chunk.byteLength
    if (length > mostBytes) return null
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw invalid('The body is not JSON.')
  }
}

const invalid = (words: string): BerthError => new BerthError('invalid', 'berth', words)
