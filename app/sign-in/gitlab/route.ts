import { instance } from '#lib/context.ts'
import { BerthError } from '#lib/domain/errors.ts'
import { log } from '#lib/log.ts'
import { provesSameOrigin } from '#lib/operations/same-origin.ts'
import { gitlabSignIn } from '#lib/sign-in.ts'

/** Longer than any form of the sign-in page. */
const mostBytes = 8192

/** The button of the sign-in page: sends the browser to GitLab. `next` in the form is where it wanted to go. */
export async function POST(request: Request): Promise<Response> {
  try {
    const { world, env } = instance()
    if (!provesSameOrigin(request.headers, env.BERTH_URL)) return back('elsewhere')
    const signIn = await gitlabSignIn({ world, env })
    if (signIn === null) return back('closed')
    const { url, cookies } = await signIn.begin(await nextIn(request), request.headers)
    const headers = new Headers({ location: url, 'cache-control': 'no-store' })
    for (const cookie of cookies) headers.append('set-cookie', cookie)
    return new Response(null, { status: 303, headers })
  } catch (error) {
    if (!(error instanceof BerthError)) log.error({ err: error }, 'A sign-in could not be begun.')
    return back('unavailable')
  }
}

const back = (error: string): Response =>
  new Response(null, { status: 303, headers: { location: `/sign-in?error=${error}` } })

async function nextIn(request: Request): Promise<string | null> {
  if (Number(request.headers.get('content-length') ?? mostBytes + 1) > mostBytes) return null
  const next = (await request.formData()).get('next')
  return typeof next === 'string' ? next : null
}
