import { createChannel } from '#lib/operations/change-channel.ts'
import { channelsOf } from '#lib/queries/channels.ts'
import { NewChannel } from '../../../../../channels/channel-schema.ts'
import { door } from '../../../../door.ts'
import { bodyOf, idIn } from '../../../../input.ts'
import { json } from '../../../../json.ts'

export const dynamic = 'force-dynamic'

interface Place {
  params: Promise<{ projectId: string }>
}

export function GET(request: Request, { params }: Place): Promise<Response> {
  return door(request, async (ctx) => channelsOf(ctx, idIn((await params).projectId)))
}

export function POST(request: Request, { params }: Place): Promise<Response> {
  return door(request, async (ctx) => {
    const projectId = idIn((await params).projectId)
    const channel = await bodyOf(request, NewChannel)
    return json(await createChannel(ctx, { projectId, ...channel }), { status: 201 })
  })
}
