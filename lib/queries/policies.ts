import type { Context } from '#lib/context.ts'
import { noticesOf } from '#lib/db/policies.ts'
import { policyGrounds } from '#lib/db/policy-subjects.ts'
import { BerthError } from '#lib/domain/errors.ts'
import { type PolicyIntent, type PolicyPlan, policyPlan } from '#lib/domain/policy.ts'
import type { PolicyNotice } from '#lib/domain/policy-notice.ts'
import type { PolicySettings } from '#lib/domain/settings.ts'
import { defaultSettings } from '#lib/domain/settings.ts'
import { settingsFlaws } from '#lib/domain/settings-flaws.ts'
import { requireProject } from './project.ts'
import { requireSight } from './sight.ts'

const shown = 50

/** What the policies would do; the lists are cut, the numbers are true. */
export interface PolicyPreview {
  /** The earliest first. */
  intents: PolicyIntent[]
  counts: Record<PolicyIntent['due'], number>
  spared: PolicyPlan['spared']
  sparedCount: number
}

/**
 * What the policies would do now and later: those of the project, or with other settings than it has. Asks the same function
 * as a run. Throws `not-found`, and `invalid` for settings that cannot be meant.
 */
export async function policyPreview(
  ctx: Context,
  { projectId, policies }: { projectId: number; policies?: PolicySettings },
): Promise<PolicyPreview> {
  await requireProject(ctx, projectId)
  const flaws = policies ? settingsFlaws({ ...defaultSettings, policies }) : []
  if (flaws.length > 0) throw new BerthError('invalid', 'berth', flaws.join(' '))
  const { db, dokku, mappingOf } = ctx
  const asOf = ctx.now()
  const grounds = await policyGrounds(db, projectId, { hosts: [...dokku.keys()], mappingOf, asOf })
  const plan = policyPlan(grounds.subjects, policies ?? grounds.settings.policies, grounds.memory, asOf)
  const countOf = (due: PolicyIntent['due']) => plan.intents.filter((intent) => intent.due === due).length
  return {
    intents: plan.intents.slice(0, shown),
    counts: { stop: countOf('stop'), warn: countOf('warn'), warned: countOf('warned'), later: countOf('later') },
    spared: plan.spared.slice(0, shown),
    sparedCount: plan.spared.length,
  }
}

/** What policies announced of these environments, and who keeps them; nothing for one of which there is neither. */
export async function policyNotices(
  ctx: Context,
  projectId: number,
  environmentIds: readonly number[],
): Promise<PolicyNotice[]> {
  requireSight(ctx, projectId)
  return noticesOf(ctx.db, { projectId, environmentIds, asOf: ctx.now() })
}
