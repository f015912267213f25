import { join } from 'node:path'
import { pluginTarball } from '../../../dokku-plugin/tarball.ts'

// Packed when Berth is built. It holds no secret, and the Dokku host that fetches it has no session.
export const dynamic = 'force-static'

/** The Dokku plugin `berth`, for `dokku plugin:install`. */
export function GET(): Response {
  return new Response(pluginTarball(join(process.cwd(), 'dokku-plugin')), {
    headers: { 'content-type': 'application/gzip' },
  })
}
