import { type Context, contextFromRequest, instance } from '#lib/context.ts'
import { log, withRequestId } from '#lib/log.ts'
import { addressOf } from '#lib/operations/caller-address.ts'
import { countCaller, countStranger } from '#lib/operations/caller-limit.ts'
import { requestIdHeader, requestIdOf } from '../_security/request-id.ts'
import { json } from './json.ts'
import { problem, signedOut, tooMany } from './problem.ts'

/** Lets a recognized caller in and answers with JSON, or with the problem. A `Response` goes out as it is. */
export function door(request: Request, answer: (ctx: Context) => Promise<object>): Promise<Response> {
  return withRequestId(requestIdOf(request.headers.get(requestIdHeader)), async () => {
    const startedAt = performance.now()
    const { response, actor } = await answered(request, answer)
    const { method, url } = request
    const milliseconds = Math.round(performance.now() - startedAt)
    log.debug({ method, path: new URL(url).pathname, status: response.status, milliseconds, actor }, 'Answered.')
    return response
  })
}

async function answered(
  request: Request,
  answer: (ctx: Context) => Promise<object>,
): Promise<{ response: Response; actor: string | null }> {
  let actor: string | null = null
  try {
    const ctx = await contextFromRequest(request)
    if (!ctx) return { response: await turnedAway(request), actor }
    actor = ctx.actor.name
    const passage = await countCaller(ctx, ctx.actor)
    if (!passage.allowed) return { response: tooMany(passage.waitSeconds), actor }
    const value = await answer(ctx)
    return { response: value instanceof Response ? value : json(value), actor }
  } catch (error) {
    return { response: problem(error), actor }
  }
}

/** Who shows nothing costs nothing; who shows a token that is nobody's is counted. */
async function turnedAway(request: Request): Promise<Response> {
  if (!request.headers.has('authorization')) return signedOut()
  const passage = await countStranger(instance().world, addressOf(request.headers))
  return passage.allowed ? signedOut() : tooMany(passage.waitSeconds)
}
