import { hostDetail } from '#lib/queries/host.ts'
import { door } from '../../../door.ts'

export const dynamic = 'force-dynamic'

/** A Dokku host with everything on it, and whose that is. */
export function GET(request: Request, { params }: { params: Promise<{ name: string }> }): Promise<Response> {
  return door(request, async (ctx) => hostDetail(ctx, (await params).name))
}
