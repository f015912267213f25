'use server'

import { cookies, headers } from 'next/headers'
import { redirect } from 'next/navigation'
import { opensByPassword } from '#lib/caller.ts'
import { instance } from '#lib/context.ts'
import { cookieName } from '#lib/cookie-name.ts'
import { BerthError } from '#lib/domain/errors.ts'
import { ownPath } from '#lib/domain/own-path.ts'
import { addressOf } from '#lib/operations/caller-address.ts'
import { choosePassword } from '#lib/operations/operator-password.ts'
import { signIn, signOut } from '#lib/operations/sign-in.ts'
import { gitlabSignIn } from '#lib/sign-in.ts'

/** What the form shows; `null` before the first try. */
export type SignInState = { message: string } | null

/** The session decides how long it lives; browsers keep a cookie for at most 400 days. */
const cookieSeconds = 400 * 24 * 3600

/** Signs the operator in with the form's `password` and goes on to the path in `next`. */
export async function signInAction(_before: SignInState, form: FormData): Promise<SignInState> {
  return enter(String(form.get('password') ?? ''), form.get('next'))
}

/** First start: sets the form's `password`, with the `code` from the terminal, and signs in with it. */
export async function choosePasswordAction(_before: SignInState, form: FormData): Promise<SignInState> {
  const { world, env } = instance()
  if (!opensByPassword(env)) return closed
  const password = String(form.get('password') ?? '')
  if (password !== String(form.get('repeated') ?? password)) return { message: 'The two passwords differ.' }
  try {
    await choosePassword(world, {
      dataDir: env.BERTH_DATA_DIR,
      configured: env.BERTH_OPERATOR_PASSWORD,
      code: String(form.get('code') ?? ''),
      password,
      address: addressOf(await headers()),
    })
  } catch (error) {
    return failureState(error)
  }
  return enter(password, form.get('next'))
}

/** Ends whatever the browser is signed in by. */
export async function signOutAction(): Promise<void> {
  const { world, env } = instance()
  const jar = await cookies()
  const name = cookieName(env, 'session')
  const token = jar.get(name)?.value
  if (token) await signOut(world, { token, configured: env.BERTH_OPERATOR_PASSWORD })
  await (await gitlabSignIn({ world, env }))?.end(await headers())
  for (const held of [name, cookieName(env, 'person')]) {
    jar.delete({ name: held, path: '/', secure: held.startsWith('__Host-') })
  }
  redirect('/sign-in')
}

const closed: SignInState = { message: 'The operator’s password does not open this Berth: sign in with GitLab.' }

async function enter(password: string, next: FormDataEntryValue | null): Promise<SignInState> {
  const { world, env } = instance()
  if (!opensByPassword(env)) return closed
  try {
    const configured = env.BERTH_OPERATOR_PASSWORD
    const token = await signIn(world, { password, configured, address: addressOf(await headers()) })
    const name = cookieName(env, 'session')
    const secure = name.startsWith('__Host-')
    const jar = await cookies()
    jar.set({ name, value: token, httpOnly: true, sameSite: 'lax', secure, path: '/', maxAge: cookieSeconds })
  } catch (error) {
    return failureState(error)
  }
  redirect(ownPath(typeof next === 'string' ? next : null))
}

function failureState(error: unknown): SignInState {
  if (error instanceof BerthError) return { message: error.message }
  throw error
}
