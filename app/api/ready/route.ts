import { instance } from '#lib/context.ts'
import { readiness } from '#lib/queries/readiness.ts'
import { json } from '../json.ts'

export const dynamic = 'force-dynamic'

/** Readiness: 503 while the database is away or not at this code's schema. A silent source only shows its age. */
export async function GET(): Promise<Response> {
  const state = await readiness(instance().world)
  return json(state, state.ready ? {} : { status: 503, headers: { 'retry-after': '5' } })
}
