import type { Context } from '#lib/context.ts'
import { sweepCandidates, sweepGrounds } from '#lib/db/sweep-candidates.ts'
import { sweepItemsOf } from '#lib/db/sweep-items.ts'
import { type SweepItem, type SweepPlan, sweepPlan } from '#lib/domain/sweep.ts'
import { subjectOf } from '#lib/domain/sweep-subject.ts'
import { leftoverFindingKinds } from '#lib/domain/sweepability.ts'
import { operationDetail } from './operation.ts'
import { requireSight } from './sight.ts'

/** What a person wants swept; `subjects` are keys as of `subjectKey`. */
export type SweepChoice = { kind: 'all-leftovers' } | { kind: 'all-stale' } | { kind: 'subjects'; subjects: string[] }

/** Exactly what a sweep would stop and destroy, and what it would spare, as far as Berth has seen it. Throws `not-found`. */
export async function sweepPreview(ctx: Context, projectId: number, choice: SweepChoice): Promise<SweepPlan> {
  requireSight(ctx, projectId)
  const { db, mappingOf } = ctx
  const [grounds, keys] = await Promise.all([
    sweepGrounds(db, projectId, { hosts: [...ctx.dokku.keys()], mappingOf }),
    chosenKeys(ctx, projectId, choice),
  ])
  const subjects = keys.flatMap((key) => subjectOf(key) ?? [])
  return sweepPlan(await sweepCandidates(db, subjects, grounds), ctx.now())
}

/** Everything that is open of these kinds, the oldest first; snoozed ones too, which the plan shows as spared. */
async function chosenKeys({ db }: Context, projectId: number, choice: SweepChoice): Promise<string[]> {
  if (choice.kind === 'subjects') return [...new Set(choice.subjects)]
  const kinds = choice.kind === 'all-stale' ? ['stale'] : leftoverFindingKinds
  const findings = await db.finding.findMany({
    where: { projectId, kind: { in: [...kinds] }, activeKey: { not: null } },
    orderBy: [{ since: 'asc' }, { id: 'asc' }],
    select: { subject: true },
  })
  return [...new Set(findings.map(({ subject }) => subject))]
}

/** The victims of a sweep on their way, in order; empty for any other operation. Throws `not-found`. */
export async function sweepItems(ctx: Context, operationId: string): Promise<SweepItem[]> {
  await operationDetail(ctx, operationId)
  const items = await sweepItemsOf(ctx.db, operationId)
  return items.map(({ progress: _, ...item }) => item)
}
