import { createVariables } from '#lib/operations/create-variables.ts'
import { door } from '../../../../door.ts'
import { idIn } from '../../../../input.ts'
import { accepted } from '../../../operations/accepted.ts'

export const dynamic = 'force-dynamic'

/** Creates the CI/CD variables that the pipeline uses and nobody has set. */
export function POST(request: Request, { params }: { params: Promise<{ projectId: string }> }): Promise<Response> {
  return door(request, async (ctx) =>
    accepted(await createVariables(ctx, { projectId: idIn((await params).projectId) })),
  )
}
