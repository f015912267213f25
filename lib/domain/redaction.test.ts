import { describe, expect, test } from 'vitest'
import { redacted } from './redaction.ts'

describe('a text for the log', () => {
  test.each([
    ['GET failed with glpat-abcDEF123456_-x', 'GET failed with …'],
    ['Authorization: Bearer abc.def.ghi', 'Authorization: Bearer …'],
    ['token berth_0123456789abcdef_-', 'token …'],
    ['POST https://hooks.slack.com/services/T000/B000/XXXXXXXX', 'POST https://hooks.slack.com/services/…'],
    ['postgres://berth:hunter2@db:5432/berth', 'postgres://berth:…@db:5432/berth'],
    ['/cb?code=1&refresh_token=abc123&state=2', '/cb?code=1&refresh_token=…&state=2'],
    ['{"access_token":"abc","token_type":"bearer"}', '{"access_token":"…","token_type":"bearer"}'],
    ['password: hunter2', 'password: …'],
  ])('%s', (text, expected) => {
    expect(redacted(text)).toBe(expected)
  })

  test.each([
    'Operation 0199-aa stumbled (1 of 5).',
    'job deploy-production of a1b2c3d4 failed: script failure',
    'connect ECONNREFUSED 127.0.0.1:5432',
    'branch feature/token-refresh',
  ])('keeps %s', (text) => {
    expect(redacted(text)).toBe(text)
  })
})
