import { findingById, snooze } from '#lib/db/findings.ts'
import { publish } from '#lib/db/notifications.ts'
import type { Actor } from '#lib/domain/access.ts'
import { BerthError } from '#lib/domain/errors.ts'
import { type Snooze, type StoredFinding, subjectKey } from '#lib/domain/finding.ts'
import { seesFinding } from '#lib/domain/finding-sight.ts'
import { isUuid } from '#lib/domain/uuid.ts'
import { decideProject } from '#lib/sync/decision.ts'
import { decideHost } from '#lib/sync/host-findings.ts'
import { topicsOf } from '#lib/sync/topics.ts'
import type { Context } from '../context.ts'
import { audited, type Change } from './audited.ts'
import { requireAdmin, requireRole } from './require-role.ts'

export interface SnoozeFinding {
  findingId: string
  /** 1 to 90. */
  days: number
  /** 3 to 300 characters, for whoever comes across it. */
  reason: string
}

const dayMs = 86_400_000
/** Sets a finding aside for some days: it is still there, but counts for nothing and asks for nobody. */
export async function snoozeFinding(ctx: Context, { findingId, days, reason }: SnoozeFinding): Promise<StoredFinding> {
  const given = reason.replaceAll('\0', '').trim()
  return changed(ctx, findingId, 'finding.snooze', () => {
    if (!Number.isInteger(days) || days < 1 || days > 90) throw invalid('A finding is snoozed for 1 to 90 days.')
    if (given.length < 3 || given.length > 300) throw invalid('Say why, in 3 to 300 characters.')
    const until = new Date(ctx.now().getTime() + days * dayMs)
    return {
      value: { until, reason: given, by: ctx.actor.name },
      words: `Snoozed for ${days === 1 ? 'a day' : `${days} days`}: ${given}`,
    }
  })
}

/** Takes a snooze back; nothing changes for a finding that is not snoozed. */
export function endSnooze(ctx: Context, { findingId }: { findingId: string }): Promise<StoredFinding> {
  return changed(ctx, findingId, 'finding.end-snooze', () => ({ value: null, words: 'The snooze was taken back.' }))
}

async function changed(
  ctx: Context,
  findingId: string,
  action: string,
  decide: () => { value: Snooze | null; words: string },
): Promise<StoredFinding> {
  const finding = isUuid(findingId) ? await findingById(ctx.db, findingId) : null
  const found = finding && seesFinding(ctx.actor, finding) ? finding : null
  const snoozed = await audited(ctx, changeOf(action, findingId, found), async () => {
    if (!found) throw gone()
    requireMay(ctx.actor, found)
    const { value, words } = decide()
    const result = await snooze(ctx.db, found.id, value)
    if (!result) throw gone()
    return { result, words }
  })
  await decideAgain(ctx, snoozed)
  return snoozed
}

/** What is the matter with a host itself, or with what is nobody's on it, is no project's people's to set aside. */
const requireMay = (actor: Actor, { projectId }: StoredFinding): void =>
  projectId === null ? requireAdmin(actor) : requireRole(actor, 'developer', projectId)

const gone = (): BerthError => new BerthError('not-found', 'berth', 'There is no such finding any more.')

/** The boards and counts are decided from what is snoozed. */
async function decideAgain(ctx: Context, { subject, projectId, host }: StoredFinding): Promise<void> {
  const asOf = ctx.now()
  if (subject.kind !== 'environment' && host !== null) await decideHost(ctx, host, asOf)
  const touched = { branches: new Set<string>(), apps: new Set<string>() }
  const environmentIds = new Set(subject.kind === 'environment' ? [subject.environmentId] : [])
  const keys =
    projectId !== null && environmentIds.size > 0
      ? await decideProject(ctx, projectId, asOf, { ...touched, environmentIds })
      : []
  await publish(ctx.db, [
    'findings',
    ...(host === null ? [] : [`host:${host}`]),
    ...(projectId === null ? [] : [`project:${projectId}`, ...topicsOf(projectId, keys, environmentIds)]),
  ])
}

const changeOf = (action: string, findingId: string, found: StoredFinding | null): Change => ({
  action,
  projectId: found?.projectId ?? null,
  target: found ? `${found.kind} ${subjectKey(found.subject)}` : `finding ${findingId.slice(0, 60)}`,
})

const invalid = (words: string): BerthError => new BerthError('invalid', 'berth', words)
