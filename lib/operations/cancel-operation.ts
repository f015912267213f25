import { publish } from '#lib/db/notifications.ts'
import { operationById, requestCancel } from '#lib/db/operations.ts'
import { roleIn } from '#lib/domain/access.ts'
import { BerthError } from '#lib/domain/errors.ts'
import { isUuid } from '#lib/domain/uuid.ts'
import type { Context } from '../context.ts'
import { audited } from './audited.ts'
import { topicsOf } from './hold.ts'
import { requireRole } from './require-role.ts'

/** Asks a sweep to end after the item that it is at. What is done stays done. Asked twice, the first one counts. */
export async function cancelOperation(ctx: Context, { operationId }: { operationId: string }): Promise<void> {
  const id = operationId.toLowerCase()
  const stored = isUuid(id) ? await operationById(ctx.db, id) : null
  const operation = stored && roleIn(ctx.actor, stored.projectId) ? stored : null
  const change = {
    action: 'sweep.cancel',
    projectId: operation?.projectId ?? null,
    target: operation?.title ?? `operation ${operationId.slice(0, 60)}`,
    ...(operation && { operationId: operation.id }),
  }
  await audited(ctx, change, async () => {
    if (!operation) throw new BerthError('not-found', 'berth', `There is no operation ${operationId.slice(0, 60)}.`)
    requireRole(ctx.actor, 'maintainer', operation.projectId)
    if (operation.kind !== 'sweep') throw refused('Only a sweep can be canceled here; a job is canceled as a job.')
    if (!(await requestCancel(ctx.db, operation.id, ctx.actor.name))) throw refused('The sweep has ended already.')
    await publish(ctx.db, topicsOf(operation))
    return { result: undefined, words: 'It ends after the item that it is at.' }
  })
}

const refused = (words: string): BerthError => new BerthError('refused', 'berth', words)
