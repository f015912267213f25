import { restartDynos } from '#lib/operations/restart-dynos.ts'
import { door } from '../../../../../../door.ts'
import { accepted } from '../../../../../operations/accepted.ts'
import { type AppPlace, targetIn } from '../target.ts'

export const dynamic = 'force-dynamic'

export function POST(request: Request, { params }: AppPlace): Promise<Response> {
  return door(request, async (ctx) => accepted(await restartDynos(ctx, targetIn(await params))))
}
