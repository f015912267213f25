import { z } from 'zod'
import { answerApproval, withdrawApproval } from '#lib/operations/approval.ts'
import { door } from '../../../door.ts'
import { bodyOf } from '../../../input.ts'

export const dynamic = 'force-dynamic'

const word = z.strictObject({ answer: z.enum(['approved', 'declined']), words: z.string().max(1000).default('') })

export function POST(request: Request, { params }: { params: Promise<{ approvalId: string }> }): Promise<Response> {
  return door(request, async (ctx) =>
    answerApproval(ctx, { approvalId: (await params).approvalId, ...(await bodyOf(request, word)) }),
  )
}

export function DELETE(request: Request, { params }: { params: Promise<{ approvalId: string }> }): Promise<Response> {
  return door(request, async (ctx) => withdrawApproval(ctx, { approvalId: (await params).approvalId }))
}
