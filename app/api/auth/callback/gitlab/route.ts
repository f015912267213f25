import { instance } from '#lib/context.ts'
import { log } from '#lib/log.ts'
import { gitlabSignIn } from '#lib/sign-in.ts'

export const dynamic = 'force-dynamic'

/** Where GitLab sends the browser back to. The one door of better-auth that is open: what else it offers, nobody can ask. */
export async function GET(request: Request): Promise<Response> {
  try {
    const signIn = await gitlabSignIn(instance())
    return signIn === null ? back('closed') : await signIn.finish(request)
  } catch (error) {
    log.error({ err: error }, 'A sign-in could not be finished.')
    return back('unavailable')
  }
}

const back = (error: string): Response =>
  new Response(null, { status: 303, headers: { location: `/sign-in?error=${error}` } })
