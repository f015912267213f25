import { z } from 'zod'
import { endSnooze, snoozeFinding } from '#lib/operations/snooze-finding.ts'
import { door } from '../../../../door.ts'
import { bodyOf } from '../../../../input.ts'

export const dynamic = 'force-dynamic'

const snooze = z.strictObject({ days: z.int().min(1).max(90), reason: z.string().trim().min(3).max(300) })

interface Place {
  params: Promise<{ findingId: string }>
}

export function POST(request: Request, { params }: Place): Promise<Response> {
  return door(request, async (ctx) => {
    const { findingId } = await params
    return snoozeFinding(ctx, { findingId, ...(await bodyOf(request, snooze)) })
  })
}

export function DELETE(request: Request, { params }: Place): Promise<Response> {
  return door(request, async (ctx) => endSnooze(ctx, { findingId: (await params).findingId }))
}
