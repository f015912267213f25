import { stopReviewApp } from '#lib/operations/stop.ts'
import { door } from '../../../../../../door.ts'
import { idIn } from '../../../../../../input.ts'
import { accepted } from '../../../../../operations/accepted.ts'

export const dynamic = 'force-dynamic'

interface Place {
  params: Promise<{ projectId: string; environmentId: string }>
}

export function POST(request: Request, { params }: Place): Promise<Response> {
  return door(request, async (ctx) => {
    const { projectId, environmentId } = await params
    return accepted(await stopReviewApp(ctx, { projectId: idIn(projectId), environmentId: idIn(environmentId) }))
  })
}
