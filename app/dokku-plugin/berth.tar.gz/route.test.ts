import { gunzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { GET } from './route.ts'

test('serves the plugin to a host that has no session', async () => {
  const response = GET()
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toBe('application/gzip')
  const archive = gunzipSync(Buffer.from(await response.arrayBuffer()))
  expect(archive.toString('latin1')).toContain('subcommands/snapshot')
})
