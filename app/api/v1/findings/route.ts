import { findingList, parseFindingQuery } from '#lib/queries/findings.ts'
import { door } from '../../door.ts'

export const dynamic = 'force-dynamic'

/** What is the matter, 50 at a time: `?project=&host=&kind=&state=&page=`. */
export function GET(request: Request): Promise<Response> {
  return door(request, (ctx) => findingList(ctx, parseFindingQuery(new URL(request.url).searchParams)))
}
