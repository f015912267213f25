import { operationDetail } from '#lib/queries/operation.ts'
import { sweepItems } from '#lib/queries/sweep.ts'
import { door } from '../../../door.ts'

export const dynamic = 'force-dynamic'

/** An operation; a sweep with its items. */
export function GET(request: Request, { params }: { params: Promise<{ operationId: string }> }): Promise<Response> {
  return door(request, async (ctx) => {
    const operation = await operationDetail(ctx, (await params).operationId)
    return operation.kind === 'sweep' ? { ...operation, items: await sweepItems(ctx, operation.id) } : operation
  })
}
