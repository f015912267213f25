import { testChannel } from '#lib/operations/test-channel.ts'
import { door } from '../../../../door.ts'

export const dynamic = 'force-dynamic'

/** Answers with what the other side answered. */
export function POST(request: Request, { params }: { params: Promise<{ channelId: string }> }): Promise<Response> {
  return door(request, async (ctx) => testChannel(ctx, { channelId: (await params).channelId }))
}
