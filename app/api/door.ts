import { type Context, contextFromRequest } from '#lib/context.ts'
import { json } from './json.ts'
import { problem, signedOut } from './problem.ts'

/** Lets a recognized caller in and answers with JSON, or with the problem. A `Response` goes out as it is. */
export async function door(request: Request, answer: (ctx: Context) => Promise<object>): Promise<Response> {
  try {
    const ctx = await contextFromRequest(request)
    if (!ctx) return signedOut()
    const value = await answer(ctx)
    return value instanceof Response ? value : json(value)
  } catch (error) {
    return problem(error)
  }
}
