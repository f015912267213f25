import { appendAudit } from '#lib/db/audit.ts'
import { publish } from '#lib/db/notifications.ts'
import { enqueue } from '#lib/db/outbox.ts'
import { addMark, moveMark, removeMark } from '#lib/db/policies.ts'
import { minuteOf } from '#lib/domain/evidence.ts'
import { type PolicyIntent, type PolicyKind, type PolicyPlan, policyActorName } from '#lib/domain/policy.ts'
import { topicsOf } from '#lib/sync/topics.ts'
import type { Context } from '../context.ts'

/** Of what ended people are not told: GitLab itself stops most of it within its minutes of grace. Its page says so all the same. */
const toldKinds: readonly PolicyKind[] = ['idle', 'per-author']

interface PolicyProject {
  id: number
  pathWithNamespace: string
}

/** Writes down what the policies mean now, and tells people what is new. Says how much was announced. */
export async function announce(ctx: Context, project: PolicyProject, plan: PolicyPlan): Promise<number> {
  for (const mark of plan.withdrawn) await removeMark(ctx.db, mark)
  for (const { mark, actsAt } of plan.moved) await moveMark(ctx.db, mark, actsAt)
  let announced = 0
  for (const intent of plan.intents) {
    if (intent.due === 'warn' && (await announceOne(ctx, project, intent))) announced += 1
  }
  const changed = [...plan.withdrawn, ...plan.moved.map(({ mark }) => mark)]
  const environmentIds = changed.map(({ environmentId }) => environmentId)
  await publish(ctx.db, topicsOf(project.id, [], environmentIds))
  return announced
}

/** `false` when another worker has announced it. */
function announceOne(ctx: Context, project: PolicyProject, intent: PolicyIntent): Promise<boolean> {
  const { environmentId, environmentName, policy, reason, actsAt } = intent
  const warnedAt = ctx.now()
  return ctx.db.$transaction(async (tx) => {
    if (!(await addMark(tx, project.id, { environmentId, policy, warnedAt, actsAt }))) return false
    await publish(tx, topicsOf(project.id, [], [environmentId]))
    if (!toldKinds.includes(policy)) return true
    const news = {
      event: 'policy-warning' as const,
      projectId: project.id,
      projectPath: project.pathWithNamespace,
      environmentName,
      severity: 'attention' as const,
      title: `${environmentName} will be stopped on ${minuteOf(actsAt)}`,
      words: `${reason} Whoever still needs it presses Keep on its page.`,
      path: `/projects/${project.id}/environments/${environmentId}`,
      actor: policyActorName,
      at: warnedAt,
    }
    await enqueue(tx, news, `policy ${environmentId} ${policy} ${warnedAt.toISOString()}`)
    await appendAudit(tx, {
      at: warnedAt,
      actor: ctx.actor,
      action: 'policy.warn',
      projectId: project.id,
      target: environmentName,
      outcome: 'succeeded',
      words: `${reason} It will be stopped on ${minuteOf(actsAt)}.`,
      details: { environmentId, policy },
    })
    return true
  })
}
