import { join } from 'node:path'
import { playbookTarball } from '../../../ansible/tarball.ts'

// Packed when Berth is built. It holds no secret, and whoever sets a host up may have no session yet.
export const dynamic = 'force-static'

/** The Ansible playbook that makes a Dokku host of a Debian machine. */
export function GET(): Response {
  return new Response(playbookTarball(join(process.cwd(), 'ansible')), {
    headers: { 'content-type': 'application/gzip' },
  })
}
