import { createChannel } from '#lib/operations/change-channel.ts'
import { channelsOf } from '#lib/queries/channels.ts'
import { NewChannel } from '../../../channels/channel-schema.ts'
import { door } from '../../door.ts'
import { bodyOf } from '../../input.ts'
import { json } from '../../json.ts'

export const dynamic = 'force-dynamic'

/** Those for every project. */
export function GET(request: Request): Promise<Response> {
  return door(request, (ctx) => channelsOf(ctx, null))
}

export function POST(request: Request): Promise<Response> {
  return door(request, async (ctx) => {
    const channel = await bodyOf(request, NewChannel)
    return json(await createChannel(ctx, { projectId: null, ...channel }), { status: 201 })
  })
}
