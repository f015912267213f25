import { changeGitlabRow, connectionsTopic, gitlabRow, purposes } from '#lib/db/connections.ts'
import { publish } from '#lib/db/notifications.ts'
import { BerthError } from '#lib/domain/errors.ts'
import type { Flaw } from '#lib/domain/gitlab-check.ts'
import { createGitlabOauth } from '#lib/gitlab/index.ts'
import { setByEnv } from '../connections.ts'
import type { Context } from '../context.ts'
import { redirectUriOf } from '../gitlab-clients.ts'
import type { GivenEnv } from './connect-gitlab.ts'
import { changeConnection, hostOf, setByVariable } from './connection-change.ts'

export interface ConnectSignIn extends GivenEnv {
  id: string
  /** `''` keeps the one that is stored. */
  secret: string
  /** GitLab usernames. */
  admins: string[]
}

/** Keeps the application that people sign in through, once GitLab has recognized its secret. */
export function connectSignIn(ctx: Context, { given, id, secret, admins }: ConnectSignIn): Promise<Flaw | null> {
  return changeConnection(
    ctx,
    { action: 'sign-in.connect', target: `application ${id.trim().slice(0, 12)}…` },
    async () => {
      if (setByEnv(given).oauth) throw setByVariable('BERTH_GITLAB_OAUTH_ID')
      const row = await gitlabRow(ctx.db)
      if (row === null) throw new BerthError('refused', 'berth', 'Connect GitLab first.')
      const clientId = id.trim()
      const entered = secret.trim()
      const isKept = entered === '' && row.oauthSecret !== null && row.oauthId === clientId
      const clientSecret =
        isKept && row.oauthSecret !== null ? ctx.seal.open(row.oauthSecret, purposes.oauthSecret) : entered
      const flaw = await applicationFlaw({ url: row.url, clientId, clientSecret, redirectUri: redirectUriOf(given) })
      if (flaw) return flaw
      await ctx.db.$transaction(async (tx) => {
        await changeGitlabRow(tx, {
          oauthId: clientId,
          oauthSecret: ctx.seal.close(clientSecret, purposes.oauthSecret),
          admins,
          changedAt: ctx.now(),
          changedBy: ctx.actor.name,
        })
        await publish(tx, [connectionsTopic])
      })
      return admins.length === 0 ? 'Admins are GitLab’s own.' : `Admins are GitLab’s own and ${admins.join(', ')}.`
    },
  )
}

/** People sign in with GitLab no more, and the operator's password opens Berth again. */
export function disconnectSignIn(ctx: Context): Promise<Flaw | null> {
  return changeConnection(ctx, { action: 'sign-in.disconnect', target: 'application' }, async () => {
    await ctx.db.$transaction(async (tx) => {
      await changeGitlabRow(tx, { oauthId: null, oauthSecret: null, admins: [], operatorEnters: true })
      await publish(tx, [connectionsTopic])
    })
    return 'Removed.'
  })
}

/** A code that GitLab never gave is refused differently to an application that it knows than to one that it does not. */
async function applicationFlaw(application: {
  url: string
  clientId: string
  clientSecret: string
  redirectUri: string
}): Promise<Flaw | null> {
  const { redirectUri } = application
  try {
    await createGitlabOauth(application).exchange({ code: 'no-code', codeVerifier: 'a'.repeat(43), redirectUri })
    return { field: 'id', words: 'GitLab took a code that it never gave.', remedy: 'Is this GitLab itself?' }
  } catch (error) {
    if (!(error instanceof BerthError)) throw error
    if (error.kind === 'forbidden') return null
    if (error.kind === 'refused')
      return {
        field: 'secret',
        words: `GitLab at ${hostOf(application.url)} does not recognize this application by this secret.`,
        remedy:
          'Copy both again from the application’s page; GitLab shows a secret once, and “Renew secret” makes another.',
      }
    return { field: null, words: error.message, remedy: 'Try again in a moment.' }
  }
}
