import { z } from 'zod'
import { signWebhook } from '#lib/operations/webhook.ts'
import { door } from '../../../../../door.ts'
import { bodyOf, idIn } from '../../../../../input.ts'

export const dynamic = 'force-dynamic'

const change = z.strictObject({ signingToken: z.string().max(200).nullable() })

export function PUT(request: Request, { params }: { params: Promise<{ projectId: string }> }): Promise<Response> {
  return door(request, async (ctx) => {
    const projectId = idIn((await params).projectId)
    return signWebhook(ctx, { projectId, ...(await bodyOf(request, change)) })
  })
}
