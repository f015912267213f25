import { randomBytes } from 'node:crypto'
import { publish } from '#lib/db/notifications.ts'
import {
  removeWebhook as forget,
  noteHookStatus,
  webhookOf,
  webhooksCheckedBefore,
  writeSigningKey,
  writeWebhook,
} from '#lib/db/webhooks.ts'
import { BerthError, isNotFound } from '#lib/domain/errors.ts'
import { addressDoubt, type Hook, type Webhook, webhookUrl } from '#lib/domain/webhook.ts'
import type { Gitlab } from '#lib/gitlab/index.ts'
import { log } from '#lib/log.ts'
import { signingKey } from '#lib/notify/index.ts'
import type { Context, World } from '../context.ts'
import { audited } from './audited.ts'
import { sealPurpose } from './receive-webhook.ts'
import { projectNotFound, requireRole } from './require-role.ts'

interface Place {
  projectId: number
}

/**
 * Has GitLab call Berth for a project, as the person who asks, and tries it at once. A hook that is there already gets a new
 * token and is no second one. What the try said stands in `words`; a hook that GitLab could not reach stays, to be tried again.
 */
export function installWebhook(ctx: Context, { projectId }: Place): Promise<{ words: string }> {
  return changed(ctx, 'webhook.install', projectId, async (gitlab) => {
    const url = webhookUrl(ctx.url, projectId)
    const token = randomBytes(32).toString('base64url')
    const hook = await putHook(gitlab, projectId, { url, token }, await webhookOf(ctx.db, projectId))
    await writeWebhook(ctx.db, {
      projectId,
      hookId: hook.id,
      token: ctx.seal.close(token, sealPurpose('token', projectId)),
      signingKey: null,
      installedBy: ctx.actor.name,
      installedAt: ctx.now(),
      gitlabStatus: hook.status,
    })
    const tried = await triedWords(ctx, gitlab, projectId, hook.id)
    return `GitLab calls ${new URL(url).host} from now on. ${tried}`
  })
}

/** Has GitLab call it no more. One that GitLab does not have any more is forgotten all the same. */
export function removeWebhook(ctx: Context, { projectId }: Place): Promise<{ words: string }> {
  return changed(ctx, 'webhook.remove', projectId, async (gitlab) => {
    const { hookId } = await requireWebhook(ctx, projectId)
    if (hookId !== null) await unlessGone(gitlab.removeHook(projectId, hookId))
    await forget(ctx.db, projectId)
    return 'GitLab does not call Berth any more; changes are seen at the next look.'
  })
}

/** Has GitLab call it once, and asks what GitLab thinks of it. Refused in GitLab's words when the call did not arrive. */
export function testWebhook(ctx: Context, { projectId }: Place): Promise<{ words: string }> {
  return changed(ctx, 'webhook.test', projectId, async (gitlab) => {
    const { hookId } = await requireWebhook(ctx, projectId)
    if (hookId === null)
      throw new BerthError('refused', 'berth', 'It was set up by hand; GitLab’s page of it can test it.')
    try {
      await gitlab.testHook(projectId, hookId)
    } finally {
      await noteStatus(ctx, gitlab, projectId, hookId)
    }
    return 'GitLab called, and was answered.'
  })
}

/** Keeps the signing token that GitLab shows for the hook, so that only what it signed is believed; `null` forgets it. */
export function signWebhook(
  ctx: Context,
  { projectId, signingToken }: Place & { signingToken: string | null },
): Promise<{ words: string }> {
  return changed(ctx, 'webhook.sign', projectId, async () => {
    await requireWebhook(ctx, projectId)
    const given = signingToken?.trim() ?? null
    if (given !== null && signingKey(given) === null)
      throw new BerthError('invalid', 'berth', 'A signing token begins with whsec_, as GitLab shows it.')
    await writeSigningKey(ctx.db, projectId, given && ctx.seal.close(given, sealPurpose('signing', projectId)))
    return given === null ? 'Deliveries are known by their token again.' : 'Only signed deliveries are believed now.'
  })
}

/** How old what GitLab thinks of a hook may get. */
const checkMinutes = 30

/** Asks GitLab what it thinks of its hooks, with Berth's own token; what that may not see stays as it was. */
export async function checkWebhooks(world: World): Promise<void> {
  const before = new Date(world.now().getTime() - checkMinutes * 60_000)
  for (const { projectId, hookId } of await webhooksCheckedBefore(world.db, before)) {
    if (hookId === null) continue
    try {
      await noteStatus(world, world.gitlab, projectId, hookId)
    } catch (error) {
      if (!(error instanceof BerthError))
        log.error({ err: error }, `The webhook of project ${projectId} was not checked.`)
    }
  }
}

/** Authorizes, acts as the person, audits, and tells the open pages; none of it touches production. */
function changed(
  ctx: Context,
  action: string,
  projectId: number,
  work: (gitlab: Gitlab) => Promise<string>,
): Promise<{ words: string }> {
  const change = { action, projectId, target: `webhook of project ${projectId}` }
  return audited(ctx, change, async () => {
    requireRole(ctx.actor, 'maintainer', projectId)
    const project = await ctx.db.project.findUnique({ where: { id: projectId }, select: { pathWithNamespace: true } })
    if (!project) throw projectNotFound(projectId)
    const words = await work(await ctx.gitlabAs(ctx.actor.personId))
    await publish(ctx.db, [`project:${projectId}`])
    return { result: { words }, words, done: { target: `webhook of ${project.pathWithNamespace}` } }
  })
}

/** The hook that Berth knows of, or one that leads to the same door, gets the wish; else there is a new one. */
async function putHook(
  gitlab: Gitlab,
  projectId: number,
  wish: { url: string; token: string },
  known: Webhook | null,
): Promise<Hook> {
  const there = (await gitlab.hooks(projectId)).find(({ id, url }) => id === known?.hookId || url === wish.url)
  return there ? gitlab.changeHook(projectId, there.id, wish) : gitlab.addHook(projectId, wish)
}

/** What came of a first call, for a person; GitLab may be slow to be allowed to call, so a failure is told and not thrown. */
async function triedWords(ctx: Context, gitlab: Gitlab, projectId: number, hookId: number): Promise<string> {
  try {
    await gitlab.testHook(projectId, hookId)
    return 'Its first call has arrived.'
  } catch (error) {
    if (!(error instanceof BerthError)) throw error
    return [`Its first call has not arrived: ${error.message}`, addressDoubt(ctx.url) ?? ''].join(' ').trim()
  }
}

async function noteStatus({ db, now }: World, gitlab: Gitlab, projectId: number, hookId: number): Promise<void> {
  const found = (await gitlab.hooks(projectId)).find(({ id }) => id === hookId)
  await noteHookStatus(db, projectId, { status: found ? found.status : 'gone', at: now() })
}

async function requireWebhook({ db }: Context, projectId: number): Promise<Webhook> {
  const webhook = await webhookOf(db, projectId)
  if (webhook) return webhook
  throw new BerthError('not-found', 'berth', 'GitLab does not call Berth for this project.')
}

async function unlessGone(removal: Promise<void>): Promise<void> {
  try {
    await removal
  } catch (error) {
    if (!isNotFound(error)) throw error
  }
}
