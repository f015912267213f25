import { z } from 'zod'
import { lockDeploys } from '#lib/operations/deploy-lock.ts'
import { door } from '../../../../door.ts'
import { bodyOf, idIn } from '../../../../input.ts'
import { json } from '../../../../json.ts'

export const dynamic = 'force-dynamic'

const lock = z.strictObject({
  environmentId: z.int().positive().nullable().default(null),
  reason: z.string().max(1000),
  hours: z.int().nullable().default(null),
})

export function POST(request: Request, { params }: { params: Promise<{ projectId: string }> }): Promise<Response> {
  return door(request, async (ctx) => {
    const projectId = idIn((await params).projectId)
    return json(await lockDeploys(ctx, { projectId, ...(await bodyOf(request, lock)) }), { status: 201 })
  })
}
