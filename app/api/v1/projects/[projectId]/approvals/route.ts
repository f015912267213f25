import { z } from 'zod'
import { requestApproval } from '#lib/operations/approval.ts'
import { door } from '../../../../door.ts'
import { bodyOf, idIn } from '../../../../input.ts'
import { json } from '../../../../json.ts'

export const dynamic = 'force-dynamic'

const wish = z.strictObject({
  environmentId: z.int().positive(),
  sha: z.string().regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/, 'has to be the full commit, in lower case'),
  reason: z.string().max(1000).default(''),
})

export function POST(request: Request, { params }: { params: Promise<{ projectId: string }> }): Promise<Response> {
  return door(request, async (ctx) => {
    const projectId = idIn((await params).projectId)
    return json(await requestApproval(ctx, { projectId, ...(await bodyOf(request, wish)) }), { status: 201 })
  })
}
