import { dropDeadLetters, resendDeadLetters } from '#lib/operations/dead-letters.ts'
import { door } from '../../../../../door.ts'

export const dynamic = 'force-dynamic'

interface Place {
  params: Promise<{ channelId: string; messageId: string }>
}

/** `all` stands for every one that the channel has. */
const chosen = async (params: Place['params']) => {
  const { channelId, messageId } = await params
  return { channelId, messageId: messageId === 'all' ? null : messageId }
}

/** Sends it again. */
export function POST(request: Request, { params }: Place): Promise<Response> {
  return door(request, async (ctx) => resendDeadLetters(ctx, await chosen(params)))
}

export function DELETE(request: Request, { params }: Place): Promise<Response> {
  return door(request, async (ctx) => dropDeadLetters(ctx, await chosen(params)))
}
