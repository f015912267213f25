import { once } from 'node:events'
import { type PeerCertificate, connect as tlsConnect } from 'node:tls'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { connect, control, run, startTestDokku, visit } from './test-client.ts'

let dokku: Awaited<ReturnType<typeof startTestDokku>>
beforeEach(async () => {
  dokku = await startTestDokku()
})
afterEach(() => dokku.remove())

const stays = { repo: null, sha: 'a'.repeat(40) }

describe('the proxy', () => {
  beforeEach(() => dokku.seed([{ name: 'web1', ...stays }]))

  it('answers for one app as asked, while its processes are well', async () => {
    expect(await visit(dokku, 'web1')).toBe(200)
    await control(dokku, 'web', { app: 'web1', status: 503 })
    expect(await visit(dokku, 'web1')).toBe(503)
    const client = await connect(dokku)
    expect((await run(client, 'ps:report web1 --running')).stdout).toBe('true\n')
    client.end()
    await control(dokku, 'web', { app: 'web1', redirect: 'http://10.0.0.1/' })
    expect(await visit(dokku, 'web1')).toBe(302)
    await control(dokku, 'web', { app: 'web1' })
    expect(await visit(dokku, 'web1')).toBe(200)
  })

  it('serves an app with a certificate over HTTPS, sends others there, and shakes hands for no other name', async () => {
    await control(dokku, 'certificate', { app: 'web1', expiresInDays: 9 })
    expect(await visit(dokku, 'web1')).toBe(301)
    const shown = await certificateOf('web1.localhost')
    const days = (Date.parse(shown.valid_to) - Date.now()) / (24 * 3_600_000)
    expect(Math.round(days)).toBe(9)
    await expect(certificateOf('web2.localhost')).rejects.toThrow()
    await control(dokku, 'certificate', { app: 'web1', expiresInDays: null })
    await expect(certificateOf('web1.localhost')).rejects.toThrow()
  })
})

async function certificateOf(servername: string): Promise<PeerCertificate> {
  const socket = tlsConnect({ host: '127.0.0.1', port: dokku.httpsPort, servername, rejectUnauthorized: false })
  try {
    await once(socket, 'secureConnect')
    return socket.getPeerCertificate()
  } finally {
    socket.destroy()
  }
}
