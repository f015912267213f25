import { z } from 'zod'
import { promote } from '#lib/operations/promote.ts'
import { pressed } from '../../../../../pressed.ts'
import { door } from '../../../../door.ts'
import { bodyOf, idIn } from '../../../../input.ts'
import { accepted } from '../../../operations/accepted.ts'

export const dynamic = 'force-dynamic'

const promotion = z.strictObject({
  environmentId: z.int().positive(),
  sha: z.string().regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/, 'has to be the full commit, in lower case'),
  tag: z.string().min(1).max(255).optional(),
  ...pressed,
})

export function POST(request: Request, { params }: { params: Promise<{ projectId: string }> }): Promise<Response> {
  return door(request, async (ctx) => {
    const projectId = idIn((await params).projectId)
    return accepted(await promote(ctx, { projectId, ...(await bodyOf(request, promotion)) }))
  })
}
