import { z } from 'zod'
import { keepAlive } from '#lib/operations/keep-alive.ts'
import { door } from '../../../../../../door.ts'
import { bodyOf } from '../../../../../../input.ts'
import { type AppPlace, targetIn } from '../target.ts'

export const dynamic = 'force-dynamic'

const wish = z.strictObject({ days: z.int() })

export function POST(request: Request, { params }: AppPlace): Promise<Response> {
  return door(request, async (ctx) => {
    const target = targetIn(await params)
    return keepAlive(ctx, { ...target, ...(await bodyOf(request, wish)) })
  })
}
