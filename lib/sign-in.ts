import type { Instance, World } from './context.ts'
import { cookieName } from './cookie-name.ts'
import type { Env } from './env.ts'
import type { GitlabOauth } from './gitlab/index.ts'
import { gitlabFor, oauthOf, publicOriginOf, required } from './gitlab-clients.ts'
import type { GitlabSignIn } from './operations/gitlab-sign-in.ts'

/** One for each world. */
const made = new WeakMap<World, Promise<GitlabSignIn>>()

/** Signing in with GitLab; `null` where that is not set up. */
export async function gitlabSignIn({ world, env }: Pick<Instance, 'world' | 'env'>): Promise<GitlabSignIn | null> {
  const oauth = oauthOf(env)
  if (oauth === null) return null
  const signIn = made.get(world) ?? make(world, env, oauth)
  made.set(world, signIn)
  return signIn
}

async function make(world: World, env: Env, oauth: GitlabOauth): Promise<GitlabSignIn> {
  // Heavy, and of no use to the worker.
  const { createGitlabSignIn } = await import('./operations/gitlab-sign-in.ts')
  return createGitlabSignIn({
    world,
    oauth,
    gitlabBy: (token) => gitlabFor('people', { db: world.db, env }, async () => token),
    url: publicOriginOf(env),
    cookies: { person: cookieName(env, 'person'), state: cookieName(env, 'sign_in') },
    secret: required(env.BERTH_SECRET, 'BERTH_SECRET'),
  })
}
