import { z } from 'zod'
import { mostContainers } from '#lib/domain/scaling.ts'
import { scaleApp } from '#lib/operations/scale-app.ts'
import { door } from '../../../../../../door.ts'
import { bodyOf } from '../../../../../../input.ts'
import { accepted } from '../../../../../operations/accepted.ts'
import { type AppPlace, targetIn } from '../target.ts'

export const dynamic = 'force-dynamic'

const wish = z.strictObject({
  counts: z.record(z.string().min(1).max(63), z.int().min(0).max(mostContainers)),
})

export function POST(request: Request, { params }: AppPlace): Promise<Response> {
  return door(request, async (ctx) => {
    const target = targetIn(await params)
    return accepted(await scaleApp(ctx, { ...target, ...(await bodyOf(request, wish)) }))
  })
}
