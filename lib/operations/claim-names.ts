import { belongings } from '#lib/db/belongings.ts'
import { addNamingClaim, removeNamingClaim } from '#lib/db/naming-claims.ts'
import { publish } from '#lib/db/notifications.ts'
import type { NamingClaim } from '#lib/domain/belonging.ts'
import { claimability } from '#lib/domain/claimability.ts'
import { refuseUnless } from '#lib/domain/decision.ts'
import { BerthError } from '#lib/domain/errors.ts'
import { decideHost } from '#lib/sync/host-findings.ts'
import type { Context } from '../context.ts'
import { audited } from './audited.ts'
import { projectNotFound, requireAdmin } from './require-role.ts'

export interface ClaimNames {
  projectId: number
  host: string
  /** `review-*`; see `isPattern`. */
  pattern: string
}

/**
 * A person's word that apps and databases of these names on this host are the project's: from then on they may be swept
 * when no environment stands for them. Refused where a name of another project, of the lane or of a keep list matches.
 */
export async function claimNames(ctx: Context, { projectId, host, pattern }: ClaimNames): Promise<NamingClaim> {
  const change = { action: 'names.claim', projectId, target: `${pattern.slice(0, 100)} on ${host.slice(0, 100)}` }
  const claim = await audited(ctx, change, async () => {
    requireAdmin(ctx.actor)
    await requireShown(ctx, { projectId, host })
    const [owned, apps] = await Promise.all([
      belongings(ctx.db, { hosts: [...ctx.dokku.keys()], mappingOf: ctx.mappingOf }),
      ctx.db.dokkuApp.findMany({ where: { host }, select: { name: true } }),
    ])
    const names = apps.map(({ name }) => name)
    const { words } = refuseUnless(claimability({ projectId, host, pattern }, names, owned))
    const claimed = { projectId, host, pattern, claimedBy: ctx.actor.name, claimedAt: ctx.now() }
    const result = await addNamingClaim(ctx.db, claimed)
    if (!result) throw new BerthError('refused', 'berth', `${pattern} on ${host} is claimed already.`)
    return { result, words }
  })
  await decideAgain(ctx, claim)
  return claim
}

/** Takes the word back: what only it made the project's is not ours again. */
export async function withdrawClaim(ctx: Context, { claimId }: { claimId: string }): Promise<NamingClaim> {
  const change = { action: 'names.withdraw', projectId: null, target: `claim ${claimId.slice(0, 60)}` }
  const claim = await audited(ctx, change, async () => {
    requireAdmin(ctx.actor)
    const result = await removeNamingClaim(ctx.db, claimId)
    if (!result) throw new BerthError('not-found', 'berth', 'There is no such claim any more.')
    const { projectId, pattern, host } = result
    return {
      result,
      words: `${pattern} on ${host} is claimed no more.`,
      done: { projectId, target: `${pattern} on ${host}` },
    }
  })
  await decideAgain(ctx, claim)
  return claim
}

async function requireShown(ctx: Context, { projectId, host }: { projectId: number; host: string }): Promise<void> {
  const project = await ctx.db.project.findUnique({ where: { id: projectId }, select: { id: true } })
  if (!project) throw projectNotFound(projectId)
  if (!ctx.dokku.has(host))
    throw new BerthError('not-found', 'berth', `Berth knows no Dokku host ${host.slice(0, 60)}.`)
}

async function decideAgain(ctx: Context, { projectId, host }: NamingClaim): Promise<void> {
  await decideHost(ctx, host, ctx.now())
  await publish(ctx.db, ['findings', `host:${host}`, `project:${projectId}`])
}
