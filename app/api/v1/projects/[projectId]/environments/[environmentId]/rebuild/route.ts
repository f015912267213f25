import { z } from 'zod'
import { rebuildApp } from '#lib/operations/rebuild-app.ts'
import { door } from '../../../../../../door.ts'
import { optionalBodyOf } from '../../../../../../input.ts'
import { accepted } from '../../../../../operations/accepted.ts'
import { type AppPlace, targetIn } from '../target.ts'

export const dynamic = 'force-dynamic'

const wish = z.strictObject({ evenIfLocked: z.boolean().default(false) })

/** Without a body an app with a deploy lock is not rebuilt. */
export function POST(request: Request, { params }: AppPlace): Promise<Response> {
  return door(request, async (ctx) => {
    const { evenIfLocked } = await optionalBodyOf(request, wish)
    return accepted(await rebuildApp(ctx, { ...targetIn(await params), evenIfLocked }))
  })
}
