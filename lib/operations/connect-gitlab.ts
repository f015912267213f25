import {
  changeGitlabRow,
  connectionsTopic,
  gitlabRow,
  purposes,
  removeGitlabRow,
  writeGitlabRow,
} from '#lib/db/connections.ts'
import { forgetGitlab, isOperationRunning } from '#lib/db/forget-gitlab.ts'
import { publish } from '#lib/db/notifications.ts'
import { BerthError } from '#lib/domain/errors.ts'
import { type Flaw, gitlabFlaw } from '#lib/domain/gitlab-check.ts'
import { baseOf, checkGitlab } from '#lib/gitlab/index.ts'
import { setByEnv } from '../connections.ts'
import type { Context } from '../context.ts'
import type { Env } from '../env.ts'
import { changeConnection, hostOf, setByVariable } from './connection-change.ts'

/** What the environment says, which goes before what is stored. */
export interface GivenEnv {
  given: Env
}

/**
 * Keeps the address of GitLab and Berth's own token there, once GitLab has taken it. Another GitLab than before begins with
 * nothing; the same one keeps its projects and its application.
 */
export function connectGitlab(
  ctx: Context,
  { given, url, token }: GivenEnv & { url: string; token: string },
): Promise<Flaw | null> {
  return changeConnection(ctx, { action: 'gitlab.connect', target: hostOf(url) }, async () => {
    if (setByEnv(given).gitlab) throw setByVariable('BERTH_GITLAB_URL')
    const base = baseOf(url)
    const check = typeof base === 'string' ? await checkGitlab({ url: base, token: token.trim() }) : base
    if (typeof base !== 'string' || check.kind !== 'ok') return gitlabFlaw(check, hostOf(url)) ?? unknownFlaw
    const before = await gitlabRow(ctx.db)
    const isSame = before?.url === base
    if (before !== null && !isSame) await leaveGitlab(ctx)
    await ctx.db.$transaction(async (tx) => {
      await writeGitlabRow(tx, {
        ...(isSame && before !== null ? before : nothingChosen),
        url: base,
        token: ctx.seal.close(token.trim(), purposes.gitlabToken),
        tokenFacts: check.facts,
        changedAt: ctx.now(),
        changedBy: ctx.actor.name,
      })
      await publish(tx, [connectionsTopic])
    })
    const { name, username, scopes } = check.facts
    return `Token “${name}” of ${username}, scopes ${scopes.join(', ')}.`
  })
}

const nothingChosen = {
  oauthId: null,
  oauthSecret: null,
  admins: [],
  operatorEnters: true,
  projects: [],
  chosenAt: null,
}

const unknownFlaw: Flaw = { field: null, words: 'GitLab could not be tested.', remedy: 'Try again.' }

/** Forgets GitLab, with all that goes by its numbers. */
export function disconnectGitlab(ctx: Context): Promise<Flaw | null> {
  return changeConnection(ctx, { action: 'gitlab.disconnect', target: 'GitLab' }, async () => {
    await leaveGitlab(ctx)
    await ctx.db.$transaction(async (tx) => {
      await removeGitlabRow(tx)
      await publish(tx, [connectionsTopic])
    })
    return 'Removed, with what was known of its projects and its people.'
  })
}

/** Throws `refused` while something is under way there. */
export async function leaveGitlab({ db }: Pick<Context, 'db'>): Promise<void> {
  if (await isOperationRunning(db))
    throw new BerthError('refused', 'berth', 'An operation is under way in this GitLab; wait until it has ended.')
  await forgetGitlab(db)
}

/** Whether the operator's password goes on opening Berth beside GitLab. Closing it takes somebody who came in by GitLab. */
export function setOperatorEnters(ctx: Context, { enters }: { enters: boolean }): Promise<Flaw | null> {
  return changeConnection(ctx, { action: 'sign-in.operator', target: 'operator' }, async () => {
    if (!enters && ctx.actor.kind !== 'person')
      throw new BerthError(
        'refused',
        'berth',
        'Sign in with GitLab first: this proves that an admin can come in by it.',
      )
    await ctx.db.$transaction(async (tx) => {
      await changeGitlabRow(tx, { operatorEnters: enters })
      await publish(tx, [connectionsTopic])
    })
    return enters ? 'The operator’s password opens Berth.' : 'The operator’s password opens Berth no more.'
  })
}
