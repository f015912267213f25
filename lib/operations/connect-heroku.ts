import { connectionsTopic, purposes, writeHerokuRow } from '#lib/db/connections.ts'
import { publish } from '#lib/db/notifications.ts'
import { BerthError } from '#lib/domain/errors.ts'
import type { Flaw } from '#lib/domain/gitlab-check.ts'
import { createHeroku } from '#lib/heroku/index.ts'
import { setByEnv } from '../connections.ts'
import type { Context } from '../context.ts'
import type { GivenEnv } from './connect-gitlab.ts'
import { changeConnection, setByVariable } from './connection-change.ts'

/** Keeps the key of a Heroku account, once Heroku has said whose it is. */
export function connectHeroku(ctx: Context, { given, apiKey }: GivenEnv & { apiKey: string }): Promise<Flaw | null> {
  return changeConnection(ctx, { action: 'heroku.connect', target: 'Heroku' }, async () => {
    if (setByEnv(given).heroku) throw setByVariable('BERTH_HEROKU_API_KEY')
    const key = apiKey.trim()
    const account = await accountOf({ url: given.BERTH_HEROKU_URL, apiKey: key })
    if (typeof account !== 'string') return account
    await ctx.db.$transaction(async (tx) => {
      const sealed = ctx.seal.close(key, purposes.herokuKey)
      await writeHerokuRow(tx, { apiKey: sealed, account, changedAt: ctx.now(), changedBy: ctx.actor.name })
      await publish(tx, [connectionsTopic])
    })
    return `The key of ${account}.`
  })
}

export function disconnectHeroku(ctx: Context): Promise<Flaw | null> {
  return changeConnection(ctx, { action: 'heroku.disconnect', target: 'Heroku' }, async () => {
    await ctx.db.$transaction(async (tx) => {
      await writeHerokuRow(tx, null)
      await publish(tx, [connectionsTopic])
    })
    return 'Removed.'
  })
}

async function accountOf(access: { url: string; apiKey: string }): Promise<string | Flaw> {
  try {
    return await createHeroku(access).account()
  } catch (error) {
    if (!(error instanceof BerthError)) throw error
    if (error.kind === 'forbidden')
      return {
        field: 'apiKey',
        words: 'Heroku does not take this key.',
        remedy: 'Make one with “heroku authorizations:create”, or copy the account’s API key again.',
      }
    return { field: null, words: error.message, remedy: 'Try again in a moment.' }
  }
}
