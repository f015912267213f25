import { addApproval, approvalById, approvalFor, withdraw, writeAnswer } from '#lib/db/approvals.ts'
import { environmentRow } from '#lib/db/board-row.ts'
import { publish } from '#lib/db/notifications.ts'
import { enqueue } from '#lib/db/outbox.ts'
import { projectSettings } from '#lib/db/settings.ts'
import { roleIn } from '#lib/domain/access.ts'
import { type Approval, standingOf } from '#lib/domain/approval.ts'
import { shortSha } from '#lib/domain/branch.ts'
import { BerthError } from '#lib/domain/errors.ts'
import { isUuid } from '#lib/domain/uuid.ts'
import type { Context } from '../context.ts'
import { audited } from './audited.ts'
import { requireRole } from './require-role.ts'

export interface RequestApproval {
  projectId: number
  environmentId: number
  /** The full commit that is to be deployed. */
  sha: string
  /** Up to 300 characters for whoever is asked. */
  reason: string
}

export interface AnswerApproval {
  approvalId: string
  answer: 'approved' | 'declined'
  /** Up to 300 characters for whoever asked. */
  words: string
}

const hourMs = 3_600_000
const longest = 300
/** Asks for a second person's word on one deployment of one commit to production. */
export function requestApproval(ctx: Context, input: RequestApproval): Promise<Approval> {
  const { projectId, environmentId, sha } = input
  const target = `environment ${environmentId} of project ${projectId}`
  const change = { action: 'approval.request', projectId, target, details: { environmentId, sha } }
  return audited(ctx, change, async () => {
    requireRole(ctx.actor, 'developer', projectId)
    const reason = plain(input.reason)
    const { environment } = await environmentRow(ctx.db, projectId, environmentId)
    if (environment?.tier !== 'production') {
      throw new BerthError(
        'refused',
        'berth',
        `${environment?.name ?? target} is no production environment; nobody has to agree.`,
      )
    }
    const asOf = ctx.now()
    const known = await approvalFor(ctx.db, { projectId, environmentId, sha }, asOf)
    if (known) {
      throw new BerthError(
        'refused',
        'berth',
        known.answer === 'approved'
          ? `${known.answeredBy} has agreed to it already.`
          : `${known.requestedBy} has asked for it already.`,
      )
    }
    const { approval } = await projectSettings(ctx.db, projectId)
    const { pathWithNamespace } = await ctx.db.project.findUniqueOrThrow({ where: { id: projectId } })
    const title = `${shortSha(sha)} to ${environment.name}`
    const result = await ctx.db.$transaction(async (tx) => {
      const wished = { projectId, environmentId, sha, title, reason, requestedBy: ctx.actor.name, requestedAt: asOf }
      const expiresAt = new Date(asOf.getTime() + approval.validHours * hourMs)
      const asked = await addApproval(tx, { ...wished, expiresAt, requestedById: ctx.actor.personId })
      await enqueue(
        tx,
        {
          event: 'approval-wanted',
          projectId,
          projectPath: pathWithNamespace,
          environmentName: environment.name,
          severity: 'attention',
          title: `${ctx.actor.name} wants to deploy ${title}`,
          words: reason,
          path: `/projects/${projectId}?promote=${environmentId}`,
          actor: ctx.actor.name,
          at: asOf,
        },
        `approval ${asked.id}`,
      )
      await publish(tx, topicsOf(asked))
      return asked
    })
    return { result, words: `A second person was asked to agree to ${title}.`, done: { target: title } }
  })
}

/** A second person's word: another one than who asked, who may deploy there themselves. */
export async function answerApproval(ctx: Context, { approvalId, answer, words }: AnswerApproval): Promise<Approval> {
  const { asked, target } = await approvalNamed(ctx, approvalId)
  const change = {
    action: `approval.${answer === 'approved' ? 'approve' : 'decline'}`,
    projectId: asked?.projectId ?? null,
    target,
  }
  return audited(ctx, change, async () => {
    if (!asked) throw noSuchApproval()
    requireRole(ctx.actor, 'maintainer', asked.projectId)
    const given = plain(words)
    if (asked.requestedBy === ctx.actor.name) {
      throw new BerthError('forbidden', 'berth', 'Somebody else has to agree to what you ask for.')
    }
    const answeredAt = ctx.now()
    const standing = standingOf(asked, answeredAt)
    if (standing !== 'waiting') throw late(standing)
    await ctx.db.$transaction(async (tx) => {
      const word = { answer, answeredBy: ctx.actor.name, answeredById: ctx.actor.personId, answeredAt }
      if (!(await writeAnswer(tx, asked.id, { ...word, answerWords: given || null }))) throw late('answered')
      await publish(tx, topicsOf(asked))
    })
    const result = (await approvalById(ctx.db, asked.id)) ?? asked
    const verb = answer === 'approved' ? 'Agreed to' : 'Declined'
    return { result, words: `${verb} what ${asked.requestedBy} asked for: ${asked.title}.${given ? ` ${given}` : ''}` }
  })
}

/** Takes back what one asked for, also after somebody agreed; what has begun by then goes on. */
export async function withdrawApproval(ctx: Context, { approvalId }: { approvalId: string }): Promise<Approval> {
  const { asked, target } = await approvalNamed(ctx, approvalId)
  return audited(ctx, { action: 'approval.withdraw', projectId: asked?.projectId ?? null, target }, async () => {
    if (!asked) throw noSuchApproval()
    requireRole(ctx.actor, 'developer', asked.projectId)
    if (asked.requestedBy !== ctx.actor.name) {
      throw new BerthError(
        'forbidden',
        'berth',
        `Only ${asked.requestedBy} takes back what ${asked.requestedBy} asked for.`,
      )
    }
    const at = ctx.now()
    await ctx.db.$transaction(async (tx) => {
      if (await withdraw(tx, asked.id, { by: ctx.actor.name, at })) return publish(tx, topicsOf(asked))
      const standing = standingOf((await approvalById(tx, asked.id)) ?? asked, at)
      throw new BerthError('refused', 'berth', `There is nothing to take back any more: it is ${standing}.`)
    })
    return { result: (await approvalById(ctx.db, asked.id)) ?? asked, words: `Took back the wish for ${asked.title}.` }
  })
}

/** `asked` is `null` where there is none that the actor may know of. */
async function approvalNamed(
  { db, actor }: Context,
  approvalId: string,
): Promise<{ asked: Approval | null; target: string }> {
  const found = isUuid(approvalId) ? await approvalById(db, approvalId) : null
  const asked = found && roleIn(actor, found.projectId) !== null ? found : null
  return { asked, target: asked?.title ?? `approval ${approvalId.slice(0, 60)}` }
}

const noSuchApproval = (): BerthError => new BerthError('not-found', 'berth', 'There is no such approval.')

const late = (standing: string): BerthError =>
  new BerthError('refused', 'berth', `Nobody waits for this answer any more: it is ${standing}.`)

function plain(text: string): string {
  const words = text.replaceAll('\0', '').trim()
  if (words.length > longest) throw new BerthError('invalid', 'berth', `Say it in ${longest} characters.`)
  return words
}

const topicsOf = ({ projectId, environmentId }: Pick<Approval, 'projectId' | 'environmentId'>): string[] => [
  `project:${projectId}`,
  'fleet',
  `environment:${environmentId}`,
]
