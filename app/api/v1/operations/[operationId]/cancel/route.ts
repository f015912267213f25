import { cancelOperation } from '#lib/operations/cancel-operation.ts'
import { operationDetail } from '#lib/queries/operation.ts'
import { door } from '../../../../door.ts'
import { accepted } from '../../accepted.ts'

export const dynamic = 'force-dynamic'

/** Asks a sweep to end after the item that it is at. */
export function POST(request: Request, { params }: { params: Promise<{ operationId: string }> }): Promise<Response> {
  return door(request, async (ctx) => {
    const { operationId } = await params
    await cancelOperation(ctx, { operationId })
    return accepted(await operationDetail(ctx, operationId))
  })
}
