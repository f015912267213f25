import type { Database } from './db/client.ts'
import { sharedBudget } from './db/request-budget.ts'
import { BerthError } from './domain/errors.ts'
import type { Env } from './env.ts'
import {
  createGitlab,
  createGitlabOauth,
  type Gitlab,
  type GitlabOauth,
  type GitlabOptions,
  type TokenSource,
} from './gitlab/index.ts'

/** Sync leaves a tenth of GitLab's budget to people's clicks, which wait less long for it. */
const budgets = {
  sync: { share: 0.9, maxWaitMs: 60_000 },
  people: { share: 1, maxWaitMs: 10_000 },
}

/**
 * GitLab for whoever draws on this budget; `token` is Berth's own unless somebody else's is given. Where none is connected
 * every call says so.
 */
export function gitlabFor(
  who: keyof typeof budgets,
  { db, env }: { db: Database; env: Env },
  token: GitlabOptions['token'] = env.BERTH_GITLAB_TOKEN ?? notConnected,
): Gitlab {
  const requestsPerMinute = env.BERTH_GITLAB_REQUESTS_PER_MINUTE
  return createGitlab({
    url: env.BERTH_GITLAB_URL ?? 'https://gitlab.invalid',
    token: env.BERTH_GITLAB_URL === null ? notConnected : token,
    requestsPerMinute,
    budget: sharedBudget(db, { requestsPerMinute, ...budgets[who] }),
  })
}

/** Asked before every request, so that none is made. */
const notConnected: TokenSource = async () => {
  throw new BerthError('invalid', 'gitlab', 'No GitLab is connected yet.')
}

/** Where people sign in with GitLab; `null` where that is not set up. */
export function oauthOf(env: Env): GitlabOauth | null {
  const { BERTH_GITLAB_URL: url, BERTH_GITLAB_OAUTH_ID: clientId, BERTH_GITLAB_OAUTH_SECRET: clientSecret } = env
  if (url === null || clientId === null || clientSecret === null) return null
  return createGitlabOauth({
    url,
    clientId,
    clientSecret,
    redirectUri: redirectUriOf(env),
  })
}

/** Where GitLab sends a browser back to. */
export const redirectUriOf = (env: Env): string => `${publicOriginOf(env)}/api/auth/callback/gitlab`

/** As browsers know this Berth. */
export const publicOriginOf = (env: Env): string => new URL(required(env.BERTH_URL, 'BERTH_URL')).origin

/** Throws `invalid` for a variable that is not set. */
export function required(value: string | null, name: string): string {
  if (value !== null) return value
  throw new BerthError(
    'invalid',
    'berth',
    `${name} is not set. \`npm run up\` sets what is missing for its own processes.`,
  )
}
