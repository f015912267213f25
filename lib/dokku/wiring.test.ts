import { createHash } from 'node:crypto'
import ssh2 from 'ssh2'
import { afterEach, expect, test } from 'vitest'
import { newKeyPair } from './key-pair.ts'
import { recorded } from './recordings.ts'
import { failed, said, scriptedDokku } from './scripted-dokku.ts'

const { hostWith, closeAll } = scriptedDokku()
afterEach(closeAll)

const fingerprint = 'SHA256:u532KcCBzPy7TQ2oYWzJvX4+k9Yc8UUQ2/r1dxYDIpo'

test('the keys that a host lets in are told in JSON, and in text where it has no JSON', async () => {
  const { dokku: newer } = await hostWith({ 'ssh-keys:list --format json': recorded('10-ssh-keys-list-json') })
  expect(await newer.keyFingerprints()).toEqual([fingerprint])
  const { dokku: older } = await hostWith({
    'ssh-keys:list --format json': failed('flag provided but not defined: -format\n', 2),
    'ssh-keys:list': recorded('10-ssh-keys-list'),
  })
  expect(await older.keyFingerprints()).toEqual([fingerprint])
})

test('a host without keys has none, and one that says something else is not believed', async () => {
  const { dokku } = await hostWith({ 'ssh-keys:list --format json': said('[]') })
  expect(await dokku.keyFingerprints()).toEqual([])
  const { dokku: odd } = await hostWith({ 'ssh-keys:list --format json': said('Welcome to the jungle\n') })
  await expect(odd.keyFingerprints()).rejects.toMatchObject({ kind: 'unavailable' })
})

test('the global domains are read, and that there is none', async () => {
  const { dokku } = await hostWith({ 'domains:report --global': recorded('07-domains-report-global') })
  expect(await dokku.globalDomains()).toEqual(['dokku.me'])
  const none =
    '=====> --global domains information\n       Domains global enabled:        false\n       Domains global vhosts:         \n'
  const { dokku: bare } = await hostWith({ 'domains:report --global': said(none) })
  expect(await bare.globalDomains()).toEqual([])
})

test('a host’s own key is told as known_hosts has it, and is the pinned one', async () => {
  const { dokku, host } = await hostWith({ version: recorded('00-version') })
  const [place, type, base64 = ''] = (await dokku.knownHostsLine()).split(' ')
  expect(place).toBe(`[127.0.0.1]:${host.settings.port}`)
  expect(type).toBe('ssh-ed25519')
  const hash = createHash('sha256').update(Buffer.from(base64, 'base64')).digest('base64').replace(/=+$/, '')
  expect(`SHA256:${hash}`).toBe(host.settings.hostKeyFingerprint)
})

test('what is installed is asked anew each time', async () => {
  const { dokku, host } = await hostWith({
    version: recorded('00-version'),
    'plugin:list --format json': recorded('10-plugin-list-json'),
  })
  expect(await dokku.installation()).toMatchObject({ version: '0.38.27', berthPlugin: null })
  await dokku.installation()
  expect(host.lines.filter((line) => line === 'version')).toHaveLength(2)
})

test('a new key pair is one in OpenSSH’s form', () => {
  const { privateKey, publicKey } = newKeyPair()
  expect(privateKey).toMatch(/^-----BEGIN OPENSSH PRIVATE KEY-----\n[\s\S]+\n-----END OPENSSH PRIVATE KEY-----\n?$/)
  const [parsed, shown] = [ssh2.utils.parseKey(privateKey), ssh2.utils.parseKey(publicKey)]
  if (parsed instanceof Error || shown instanceof Error) expect.fail('A half cannot be read.')
  expect(parsed.getPublicSSH()).toEqual(shown.getPublicSSH())
})
