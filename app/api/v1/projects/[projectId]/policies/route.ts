import { policyPreview } from '#lib/queries/policies.ts'
import { door } from '../../../../door.ts'
import { idIn } from '../../../../input.ts'

export const dynamic = 'force-dynamic'

/** What the policies would do now and later, as they are set. */
export function GET(request: Request, { params }: { params: Promise<{ projectId: string }> }): Promise<Response> {
  return door(request, async (ctx) => policyPreview(ctx, { projectId: idIn((await params).projectId) }))
}
