import { BerthError } from '#lib/domain/errors.ts'
import { reportText } from '#lib/domain/wiring/report.ts'
import { checkWiring } from '#lib/operations/check-wiring.ts'
import { projectHead } from '#lib/queries/project.ts'
import { wiringOf } from '#lib/queries/wiring.ts'
import { door } from '../../../../door.ts'
import { idIn } from '../../../../input.ts'

export const dynamic = 'force-dynamic'

interface Place {
  params: Promise<{ projectId: string }>
}

/** What the doctor found when somebody last asked; with `?format=text` as a text for an issue. */
export function GET(request: Request, { params }: Place): Promise<Response> {
  return door(request, async (ctx) => {
    const projectId = idIn((await params).projectId)
    const report = await wiringOf(ctx, projectId)
    if (report === null)
      throw new BerthError(
        'not-found',
        'berth',
        'Nobody has checked the wiring of this project yet; POST here to do so.',
      )
    if (new URL(request.url).searchParams.get('format') !== 'text') return report
    const { summary } = await projectHead(ctx, projectId)
    const headers = { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' }
    return new Response(reportText(report, summary), { headers })
  })
}

/** Looks now. */
export function POST(request: Request, { params }: Place): Promise<Response> {
  return door(request, async (ctx) => checkWiring(ctx, { projectId: idIn((await params).projectId) }))
}
