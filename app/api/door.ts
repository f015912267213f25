import { type Context, contextFromRequest } from '#lib/context.ts'
import { problem, signedOut } from './problem.ts'

/** Lets a recognized caller in and answers with JSON, or with the problem. A `Response` goes out as it is. */
export async function door(request: Request, answer: (ctx: Context) => Promise<unknown>): Promise<Response> {
  try {
    const ctx = await contextFromRequest(request)
    if (!ctx) return signedOut()
    const value = await answer(ctx)
    return value instanceof Response ? value : json(value)
  } catch (error) {
    return problem(error)
  }
}

/** Answers that many callers share are written out once. */
const written = new WeakMap<object, string>()

export function json(value: unknown, init: { status?: number; headers?: Record<string, string> } = {}): Response {
  const headers = { 'content-type': 'application/json', 'cache-control': 'no-store', ...init.headers }
  return new Response(textOf(value), { ...init, headers })
}

function textOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const text = written.get(value) ?? JSON.stringify(value)
  written.set(value, text)
  return text
}
