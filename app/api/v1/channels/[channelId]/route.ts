import { changeChannel, removeChannel } from '#lib/operations/change-channel.ts'
import { channelDetail } from '#lib/queries/channels.ts'
import { ChannelChange } from '../../../../channels/channel-schema.ts'
import { door } from '../../../door.ts'
import { bodyOf } from '../../../input.ts'

export const dynamic = 'force-dynamic'

interface Place {
  params: Promise<{ channelId: string }>
}

export function GET(request: Request, { params }: Place): Promise<Response> {
  return door(request, async (ctx) => channelDetail(ctx, (await params).channelId))
}

export function PATCH(request: Request, { params }: Place): Promise<Response> {
  return door(request, async (ctx) => {
    const { channelId } = await params
    await changeChannel(ctx, { channelId, ...(await bodyOf(request, ChannelChange)) })
    return channelDetail(ctx, channelId)
  })
}

export function DELETE(request: Request, { params }: Place): Promise<Response> {
  return door(request, async (ctx) => {
    await removeChannel(ctx, { channelId: (await params).channelId })
    return new Response(null, { status: 204 })
  })
}
