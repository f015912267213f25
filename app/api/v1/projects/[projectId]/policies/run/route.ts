import { runPoliciesNow } from '#lib/operations/policy-run.ts'
import { door } from '../../../../../door.ts'
import { idIn } from '../../../../../input.ts'

export const dynamic = 'force-dynamic'

/** The run that comes every five minutes, now. */
export function POST(request: Request, { params }: { params: Promise<{ projectId: string }> }): Promise<Response> {
  return door(request, async (ctx) => runPoliciesNow(ctx, { projectId: idIn((await params).projectId) }))
}
