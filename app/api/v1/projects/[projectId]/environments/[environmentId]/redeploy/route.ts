import { z } from 'zod'
import { redeploy } from '#lib/operations/redeploy.ts'
import { pressed } from '../../../../../../../pressed.ts'
import { door } from '../../../../../../door.ts'
import { optionalBodyOf } from '../../../../../../input.ts'
import { accepted } from '../../../../../operations/accepted.ts'
import { type AppPlace, targetIn } from '../target.ts'

export const dynamic = 'force-dynamic'

const again = z.strictObject(pressed)

export function POST(request: Request, { params }: AppPlace): Promise<Response> {
  return door(request, async (ctx) => {
    const target = targetIn(await params)
    return accepted(await redeploy(ctx, { ...target, ...(await optionalBodyOf(request, again)) }))
  })
}
