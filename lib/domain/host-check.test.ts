import { expect, test } from 'vitest'
import { fingerprintLine, type HostCheck, hostFlaw, hostShortcomings, isTooOld } from './host-check.ts'

const host = { name: 'review', address: 'dokku.test', port: 22, publicKey: 'ssh-ed25519 AAAA' }
const facts = { version: '0.38.27', plugins: ['postgres'], globalDomains: ['dokku.test'], apps: 3 }

const failures: [HostCheck, words: string][] = [
  [{ kind: 'unreachable', reason: 'it refuses connections' }, 'Nothing answers by SSH at dokku.test: it refuses'],
  [
    { kind: 'key-mismatch', shown: 'SHA256:b', pinned: 'SHA256:a' },
    'showed the key SHA256:b, and you confirmed SHA256:a',
  ],
  [{ kind: 'key-not-added' }, 'does not let Berth’s key in'],
  [{ kind: 'not-dokku', words: 'command not found' }, 'no Dokku answers: command not found'],
  [{ kind: 'rights', words: 'not allowed' }, 'does not let this key look'],
  [{ kind: 'too-old', version: '0.19.2' }, 'has Dokku 0.19.2; Berth needs 0.30.0'],
]

test.each(failures)('%j is told with a way out', (check, words) => {
  const flaw = hostFlaw(check, host)
  expect(flaw?.words).toContain(words)
  expect(flaw?.remedy).toBeTruthy()
})

test('a key that is not added comes with the line that adds it', () => {
  expect(hostFlaw({ kind: 'key-not-added' }, host)?.command).toBe(
    'echo "ssh-ed25519 AAAA" | sudo dokku ssh-keys:add berth-review',
  )
})

test('a port of its own is named', () => {
  expect(hostFlaw({ kind: 'unreachable', reason: 'x' }, { ...host, port: 2222 })?.words).toContain(
    'dokku.test, port 2222: x.',
  )
})

test('a host may lack what one can go on without', () => {
  expect(hostFlaw({ kind: 'ok', facts }, host)).toBeNull()
  expect(hostShortcomings(facts)).toEqual([])
  const lacking = hostShortcomings({ ...facts, plugins: ['redis'], globalDomains: [] })
  expect(lacking.map(({ command }) => command?.split(' ').slice(0, 3).join(' '))).toEqual([
    'sudo dokku plugin:install',
    'sudo dokku domains:set-global',
  ])
})

test.each([
  ['0.29.9', true],
  ['0.30.0', false],
  ['0.9.1', true],
  ['1.0.0', false],
])('Dokku %s is too old: %s', (version, tooOld) => {
  expect(isTooOld(version)).toBe(tooOld)
})

test.each([
  ['ssh-ed25519', 'ed25519'],
  ['ecdsa-sha2-nistp256', 'ecdsa'],
  ['ssh-rsa', 'rsa'],
])('the fingerprint of an %s key is read from its file', (type, file) => {
  expect(fingerprintLine(type)).toBe(`ssh-keygen -lf /etc/ssh/ssh_host_${file}_key.pub`)
})
