import { json } from '../json.ts'

export const dynamic = 'force-dynamic'

/** Liveness: the process answers. Asks nothing of anybody else. */
export function GET(): Response {
  return json({ status: 'ok' })
}
