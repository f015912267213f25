import { hostList } from '#lib/queries/host.ts'
import { door } from '../../door.ts'

export const dynamic = 'force-dynamic'

export function GET(request: Request): Promise<Response> {
  return door(request, hostList)
}
