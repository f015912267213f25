import { policyPreview } from '#lib/queries/policies.ts'
import { PolicySettings } from '../../../../../../projects/[id]/settings/settings-schema.ts'
import { door } from '../../../../../door.ts'
import { bodyOf, idIn } from '../../../../../input.ts'

export const dynamic = 'force-dynamic'

/** What they would do with other settings than the project has; changes nothing. */
export function POST(request: Request, { params }: { params: Promise<{ projectId: string }> }): Promise<Response> {
  return door(request, async (ctx) => {
    const projectId = idIn((await params).projectId)
    return policyPreview(ctx, { projectId, policies: await bodyOf(request, PolicySettings) })
  })
}
