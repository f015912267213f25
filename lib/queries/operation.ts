import type { Context } from '#lib/context.ts'
import { operationById, publicPart, operationsOf as readOperations } from '#lib/db/operations.ts'
import { roleIn } from '#lib/domain/access.ts'
import { BerthError } from '#lib/domain/errors.ts'
import type { Operation } from '#lib/domain/operation.ts'
import { isUuid } from '#lib/domain/uuid.ts'
import { requireSight } from './sight.ts'

/** Throws `not-found`. */
export async function operationDetail(ctx: Context, id: string): Promise<Operation> {
  const operation = isUuid(id) ? await operationById(ctx.db, id.toLowerCase()) : null
  if (!operation || roleIn(ctx.actor, operation.projectId) === null)
    throw new BerthError('not-found', 'berth', `There is no operation ${id.slice(0, 60)}.`)
  return publicPart(operation)
}

/** Newest first, of a project or of one of its environments. */
export async function operationsOf(
  ctx: Context,
  projectId: number,
  limit: number,
  environmentId?: number,
): Promise<Operation[]> {
  requireSight(ctx, projectId)
  return readOperations(ctx.db, { projectId, ...(environmentId !== undefined && { environmentId }) }, limit)
}
