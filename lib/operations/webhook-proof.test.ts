import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { type WebhookProof, webhookProof } from './webhook-proof.ts'

const asOf = new Date('2026-11-24T12:00:00Z')
const body = Buffer.from('{"object_kind":"push"}')
const key = Buffer.from('a key of at least 24 bytes')
const signingToken = `whsec_${key.toString('base64')}`

const proofOf = (headers: Record<string, string>, secrets: { signingToken?: string } = {}): WebhookProof =>
  webhookProof(
    { headers: new Headers(headers), body },
    { token: 'the token', signingToken: secrets.signingToken ?? null },
    asOf,
  )

const why = (proof: WebhookProof): string | null => (proof.proven ? null : proof.why)

describe('by the token', () => {
  test('what carries it is believed, and known by its key', () => {
    expect(proofOf({ 'x-gitlab-token': 'the token', 'idempotency-key': 'one' })).toEqual({ proven: true, key: 'one' })
  })

  test.each([
    ['without a key', {}],
    ['with a key that is too long', { 'idempotency-key': 'k'.repeat(201) }],
    ['with a key of other characters', { 'idempotency-key': 'one two' }],
  ])('%s it is known by its body', (_, headers) => {
    const proof = proofOf({ 'x-gitlab-token': 'the token', ...headers })
    expect(proof).toEqual(proofOf({ 'x-gitlab-token': 'the token' }))
    expect(proof).toMatchObject({ proven: true, key: expect.stringMatching(/^sha256 [0-9a-f]{64}$/) })
  })

  test.each([
    ['none', {}, 'It came without a token.'],
    ['another one', { 'x-gitlab-token': 'the toke' }, 'Its token is another one than Berth gave GitLab.'],
    [
      'one that is longer',
      { 'x-gitlab-token': 'the token ' + 'x' },
      'Its token is another one than Berth gave GitLab.',
    ],
  ])('%s is not believed', (_, headers: Record<string, string>, expected) => {
    expect(why(proofOf(headers))).toBe(expected)
  })
})

describe('by the signature', () => {
  const at = (seconds: number) => String(asOf.getTime() / 1000 + seconds)
  const signed = (id: string, timestamp: string, over = body, by = key) =>
    `v1,${createHmac('sha256', by).update(`${id}.${timestamp}.`).update(over).digest('base64')}`
  const headers = (more: Record<string, string> = {}, timestamp = at(0)) => ({
    'webhook-id': 'one',
    'webhook-timestamp': timestamp,
    'webhook-signature': signed('one', timestamp),
    ...more,
  })
  const proof = (given: Record<string, string>) => proofOf(given, { signingToken })

  test('what is signed is believed, and known by the id that is signed', () => {
    expect(proof(headers({ 'idempotency-key': 'another' }))).toEqual({ proven: true, key: 'one' })
  })

  test('one signature of several is enough', () => {
    expect(proof(headers({ 'webhook-signature': `v1,bm9uZQ== ${signed('one', at(0))}` })).proven).toBe(true)
  })

  test.each([
    [-301, 'It was signed more than five minutes ago.'],
    [-300, null],
    [300, null],
    [301, 'It was signed more than five minutes from now: the clocks differ.'],
  ])('signed %i seconds from now: %j', (seconds, expected) => {
    expect(why(proof(headers({}, at(seconds))))).toBe(expected)
  })

  test.each([
    ['only the token', { 'x-gitlab-token': 'the token' }, 'It came without a signature.'],
    [
      'another body',
      headers({ 'webhook-signature': signed('one', at(0), Buffer.from('{}')) }),
      'Its signature does not fit.',
    ],
    [
      'another key',
      headers({ 'webhook-signature': signed('one', at(0), body, Buffer.alloc(32)) }),
      'Its signature does not fit.',
    ],
    ['another id', headers({ 'webhook-id': 'two' }), 'Its signature does not fit.'],
    ['another second', headers({ 'webhook-timestamp': at(1) }), 'Its signature does not fit.'],
    [
      'another version',
      headers({ 'webhook-signature': signed('one', at(0)).replace('v1,', 'v2,') }),
      'Its signature does not fit.',
    ],
    ['no second', headers({ 'webhook-timestamp': 'now' }), 'Its timestamp is none.'],
    ['an id that is too long', headers({ 'webhook-id': 'k'.repeat(201) }), 'Its id is too long, or none.'],
  ])('%s is not believed', (_, given: Record<string, string>, expected) => {
    expect(why(proof(given))).toBe(expected)
  })
})
