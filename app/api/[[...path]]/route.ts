import { BerthError } from '#lib/domain/errors.ts'
import { problem } from '../problem.ts'

export const dynamic = 'force-dynamic'

/** What no other door answers to: a program reads this answer, not the page for people. */
function nothingHere(request: Request): Response {
  const { pathname } = new URL(request.url)
  return problem(new BerthError('not-found', 'berth', `The API has nothing at ${pathname.slice(0, 200)}.`))
}

export { nothingHere as DELETE, nothingHere as GET, nothingHere as PATCH, nothingHere as POST, nothingHere as PUT }
