import { parseBoardQuery, projectBoard } from '#lib/queries/board.ts'
import { door } from '../../../../door.ts'
import { idIn } from '../../../../input.ts'

export const dynamic = 'force-dynamic'

/** The project's page as data: its head, and the table's page that the same query shows there. */
export function GET(request: Request, { params }: { params: Promise<{ projectId: string }> }): Promise<Response> {
  return door(request, async (ctx) => {
    const projectId = idIn((await params).projectId)
    return projectBoard(ctx, projectId, parseBoardQuery(new URL(request.url).searchParams))
  })
}
