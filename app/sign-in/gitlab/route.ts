import { instance } from '#lib/context.ts'
import { log } from '#lib/log.ts'
import { addressOf } from '#lib/operations/caller-address.ts'
import { countSignIn } from '#lib/operations/caller-limit.ts'
import { provesSameOrigin } from '#lib/operations/same-origin.ts'
import { gitlabSignIn } from '#lib/sign-in.ts'
import { backToSignIn } from '../back.ts'

/** Longer than any form of the sign-in page. */
const mostBytes = 8192

/** The button of the sign-in page: sends the browser to GitLab. `next` in the form is where it wanted to go. */
export async function POST(request: Request): Promise<Response> {
  try {
    const { world, env } = instance()
    if (!provesSameOrigin(request.headers, env.BERTH_URL)) return backToSignIn('elsewhere')
    const signIn = await gitlabSignIn({ world, env })
    if (signIn === null) return backToSignIn('closed')
    const passage = await countSignIn(world, addressOf(request.headers))
    if (!passage.allowed) return backToSignIn('too_many')
    const { url, cookies } = await signIn.begin(await nextIn(request), request.headers)
    const headers = new Headers({ location: url, 'cache-control': 'no-store' })
    for (const cookie of cookies) headers.append('set-cookie', cookie)
    return new Response(null, { status: 303, headers })
  } catch (error) {
    log.error({ err: error }, 'A sign-in could not be begun.')
    return backToSignIn('unavailable')
  }
}

async function nextIn(request: Request): Promise<string | null> {
  if (Number(request.headers.get('content-length') ?? mostBytes + 1) > mostBytes) return null
  const next = (await request.formData()).get('next')
  return typeof next === 'string' ? next : null
}
