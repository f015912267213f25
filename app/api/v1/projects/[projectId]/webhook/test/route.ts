import { testWebhook } from '#lib/operations/webhook.ts'
import { door } from '../../../../../door.ts'
import { idIn } from '../../../../../input.ts'

export const dynamic = 'force-dynamic'

export function POST(request: Request, { params }: { params: Promise<{ projectId: string }> }): Promise<Response> {
  return door(request, async (ctx) => testWebhook(ctx, { projectId: idIn((await params).projectId) }))
}
