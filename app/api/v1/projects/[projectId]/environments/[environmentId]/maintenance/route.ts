import { z } from 'zod'
import { setMaintenance } from '#lib/operations/set-maintenance.ts'
import { door } from '../../../../../../door.ts'
import { bodyOf } from '../../../../../../input.ts'
import { accepted } from '../../../../../operations/accepted.ts'
import { type AppPlace, targetIn } from '../target.ts'

export const dynamic = 'force-dynamic'

const mode = z.strictObject({ on: z.boolean() })

export function POST(request: Request, { params }: AppPlace): Promise<Response> {
  return door(request, async (ctx) => {
    const target = targetIn(await params)
    return accepted(await setMaintenance(ctx, { ...target, ...(await bodyOf(request, mode)) }))
  })
}
