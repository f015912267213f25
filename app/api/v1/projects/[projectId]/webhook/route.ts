import { installWebhook, removeWebhook } from '#lib/operations/webhook.ts'
import { webhookReport } from '#lib/queries/webhook.ts'
import { door } from '../../../../door.ts'
import { idIn } from '../../../../input.ts'

export const dynamic = 'force-dynamic'

interface Place {
  params: Promise<{ projectId: string }>
}

export function GET(request: Request, { params }: Place): Promise<Response> {
  return door(request, async (ctx) => webhookReport(ctx, idIn((await params).projectId)))
}

export function POST(request: Request, { params }: Place): Promise<Response> {
  return door(request, async (ctx) => installWebhook(ctx, { projectId: idIn((await params).projectId) }))
}

export function DELETE(request: Request, { params }: Place): Promise<Response> {
  return door(request, async (ctx) => removeWebhook(ctx, { projectId: idIn((await params).projectId) }))
}
