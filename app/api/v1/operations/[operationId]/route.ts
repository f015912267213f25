import { operationDetail } from '#lib/queries/operation.ts'
import { door } from '../../../door.ts'

export const dynamic = 'force-dynamic'

export function GET(request: Request, { params }: { params: Promise<{ operationId: string }> }): Promise<Response> {
  return door(request, async (ctx) => operationDetail(ctx, (await params).operationId))
}
