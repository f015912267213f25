import { z } from 'zod'
import { rollback } from '#lib/operations/rollback.ts'
import { pressed } from '../../../../../../../pressed.ts'
import { door } from '../../../../../../door.ts'
import { bodyOf } from '../../../../../../input.ts'
import { accepted } from '../../../../../operations/accepted.ts'
import { type AppPlace, targetIn } from '../target.ts'

export const dynamic = 'force-dynamic'

const earlier = z.strictObject({ deploymentId: z.int().positive(), ...pressed })

export function POST(request: Request, { params }: AppPlace): Promise<Response> {
  return door(request, async (ctx) => {
    const target = targetIn(await params)
    return accepted(await rollback(ctx, { ...target, ...(await bodyOf(request, earlier)) }))
  })
}
