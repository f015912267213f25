import { jobLogFrom } from '#lib/queries/job-log.ts'
import { door } from '../../../../../door.ts'
import { idIn } from '../../../../../input.ts'

export const dynamic = 'force-dynamic'

interface Place {
  params: Promise<{ projectId: string; jobId: string }>
}

/** What a reader has not got yet of a job's log; `from` is the `next` of the answer before. 204 while nothing was read. */
export function GET(request: Request, { params }: Place): Promise<Response> {
  return door(request, async (ctx) => {
    const { projectId, jobId } = await params
    const from = Number(new URL(request.url).searchParams.get('from') ?? 0)
    const part = await jobLogFrom(ctx, {
      projectId: idIn(projectId),
      jobId: idIn(jobId),
      from: Number.isSafeInteger(from) && from > 0 ? from : 0,
    })
    return part ?? new Response(null, { status: 204 })
  })
}
