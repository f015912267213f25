import type { Instance } from './context.ts'
import { cookieName } from './cookie-name.ts'
import { personById } from './db/people.ts'
import { together } from './db/together.ts'
import { type Actor, everywhere, type Role } from './domain/access.ts'
import { BerthError } from './domain/errors.ts'
import type { Env } from './env.ts'
import { signInEnded } from './operations/gitlab-token.ts'
import { accessOf } from './operations/membership.ts'
import { personName } from './operations/person-name.ts'
import { apiTokenOf, sessionOf } from './operations/session.ts'
import { gitlabSignIn } from './sign-in.ts'

/** Who a request says it is from, once that was checked. */
export type Caller = Pick<Instance, 'world' | 'env'>

/** Looking may go by a word of GitLab's that is a minute old; a change may not. */
export type Intent = 'look' | 'change'

/** `null` for nobody: `hasEnded` when it is a person whose tokens GitLab takes no more. */
export type Recognized = { actor: Actor } | { actor: null; hasEnded: boolean }

const nobody = { actor: null, hasEnded: false } as const

/** Whether the operator's password opens this Berth: always, until people sign in with GitLab. */
export const opensByPassword = (env: Env): boolean => env.BERTH_GITLAB_OAUTH_ID === null || env.BERTH_BREAK_GLASS

/** Whose API token this is. */
export async function tokenActor({ world, env }: Caller, bearer: string): Promise<Actor | null> {
  const token = await apiTokenOf(world, bearer)
  if (token === null) return null
  const access = everywhere(token.scope === 'act' ? mostOf(env) : 'reporter')
  return { kind: 'token', name: token.name, via: 'api', personId: null, access }
}

/** Who stands behind the cookies. Throws `unavailable` when GitLab does not say what a person may. */
export async function cookieActor(caller: Caller, headers: Headers, intent: Intent): Promise<Recognized> {
  const person = await personActor(caller, headers, intent)
  if (person.actor !== null || !opensByPassword(caller.env)) return person
  const { world, env } = caller
  const token = cookieIn(headers, cookieName(env, 'session'))
  const session = token ? await sessionOf(world, { token, configured: env.BERTH_OPERATOR_PASSWORD }) : null
  if (session === null) return person
  return {
    actor: { kind: 'operator', name: session.name, via: 'page', personId: null, access: everywhere(mostOf(env)) },
  }
}

async function personActor(caller: Caller, headers: Headers, intent: Intent): Promise<Recognized> {
  const { world, env } = caller
  const signIn = await gitlabSignIn(caller)
  const cookie = cookieIn(headers, cookieName(env, 'person'))
  if (signIn === null || cookie === undefined) return nobody
  const person = await together(`person ${cookie}`, async () => {
    const session = await signIn.sessionOf(headers)
    return session && personById(world.db, session.personId)
  })
  if (person === null) return nobody
  try {
    if (person.hasEnded) throw signInEnded(person.username)
    const rules = { admins: env.BERTH_ADMINS, readOnly: env.BERTH_READ_ONLY }
    const access = await accessOf(world, person, intent, rules)
    return { actor: { kind: 'person', name: personName(person.username), via: 'page', personId: person.id, access } }
  } catch (error) {
    // GitLab speaks of the person here, not of what they asked for: it lets nobody act in their name.
    if (error instanceof BerthError && error.kind === 'forbidden') return { actor: null, hasEnded: true }
    throw error
  }
}

/** What the instance lets those do who may everything. */
const mostOf = (env: Env): Role => (env.BERTH_READ_ONLY ? 'reporter' : 'maintainer')

function cookieIn(headers: Headers, name: string): string | undefined {
  const pairs = (headers.get('cookie') ?? '').split(/;\s*/)
  return pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1)
}
