import { unlockDeploys } from '#lib/operations/deploy-lock.ts'
import { door } from '../../../door.ts'

export const dynamic = 'force-dynamic'

export function DELETE(request: Request, { params }: { params: Promise<{ lockId: string }> }): Promise<Response> {
  return door(request, async (ctx) => unlockDeploys(ctx, { lockId: (await params).lockId }))
}
