import type { Database } from './db/client.ts'
import { sharedBudget } from './db/request-budget.ts'
import { BerthError } from './domain/errors.ts'
import type { Env } from './env.ts'
import { createGitlab, createGitlabOauth, type Gitlab, type GitlabOauth, type GitlabOptions } from './gitlab/index.ts'

/** Sync leaves a tenth of GitLab's budget to people's clicks, which wait less long for it. */
const budgets = {
  sync: { share: 0.9, maxWaitMs: 60_000 },
  people: { share: 1, maxWaitMs: 10_000 },
}

/** GitLab for whoever draws on this budget; `token` is Berth's own unless somebody else's is given. */
export function gitlabFor(
  who: keyof typeof budgets,
  { db, env }: { db: Database; env: Env },
  token: GitlabOptions['token'] = required(env.BERTH_GITLAB_TOKEN, 'BERTH_GITLAB_TOKEN'),
): Gitlab {
  const requestsPerMinute = env.BERTH_GITLAB_REQUESTS_PER_MINUTE
  return createGitlab({
    url: required(env.BERTH_GITLAB_URL, 'BERTH_GITLAB_URL'),
    token,
    requestsPerMinute,
    budget: sharedBudget(db, { requestsPerMinute, ...budgets[who] }),
  })
}

/** Where people sign in with GitLab; `null` where that is not set up. */
export function oauthOf(env: Env): GitlabOauth | null {
  const { BERTH_GITLAB_URL: url, BERTH_GITLAB_OAUTH_ID: clientId, BERTH_GITLAB_OAUTH_SECRET: clientSecret } = env
  if (url === null || clientId === null || clientSecret === null) return null
  return createGitlabOauth({
    url,
    clientId,
    clientSecret,
    redirectUri: `${publicOriginOf(env)}/api/auth/callback/gitlab`,
  })
}

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
