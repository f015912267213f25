import { instance } from '#lib/context.ts'
import { log } from '#lib/log.ts'
import { addressOf } from '#lib/operations/caller-address.ts'
import { countSignIn } from '#lib/operations/caller-limit.ts'
import { gitlabSignIn } from '#lib/sign-in.ts'
import { backToSignIn } from '../../../../sign-in/back.ts'

export const dynamic = 'force-dynamic'

/** Where GitLab sends the browser back to. The one door of better-auth that is open: what else it offers, nobody can ask. */
export async function GET(request: Request): Promise<Response> {
  try {
    const { world, env } = instance()
    const signIn = await gitlabSignIn({ world, env })
    if (signIn === null) return backToSignIn('closed')
    const passage = await countSignIn(world, addressOf(request.headers))
    return passage.allowed ? await signIn.finish(request) : backToSignIn('too_many')
  } catch (error) {
    log.error({ err: error }, 'A sign-in could not be finished.')
    return backToSignIn('unavailable')
  }
}
