import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createSeal } from './seal.ts'

const seal = createSeal('0123456789abcdef0123456789abcdef')
const other = createSeal('fedcba9876543210fedcba9876543210')

test('what was closed opens again, for its purpose only', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const sealed = seal.close(text, 'token 7')
      expect(seal.open(sealed, 'token 7')).toBe(text)
      expect(() => seal.open(sealed, 'token 8')).toThrow('cannot be read')
    }),
  )
})

test('nothing of the text stands in what is stored, and no two are alike', () => {
  const sealed = seal.close('glpat-secret', 'token')
  expect(sealed).not.toContain(Buffer.from('glpat-secret').toString('base64url').slice(0, 8))
  expect(seal.close('glpat-secret', 'token')).not.toBe(sealed)
})

test('an altered value does not open', () => {
  const parts = seal.close('glpat-secret', 'token').split('.')
  for (const [at, part] of parts.entries()) {
    if (at === 0) continue
    const altered = parts.with(at, `${part[0] === 'A' ? 'B' : 'A'}${part.slice(1)}`).join('.')
    expect(() => seal.open(altered, 'token'), `part ${at}`).toThrow('cannot be read')
  }
  expect(() => seal.open('', 'token')).toThrow('cannot be read')
})

test('an earlier secret still opens, and says that it is old', () => {
  const rotated = createSeal('fedcba9876543210fedcba9876543210', '0123456789abcdef0123456789abcdef')
  const sealed = seal.close('glpat-secret', 'token')
  expect(() => other.open(sealed, 'token')).toThrow('BERTH_SECRET_PREVIOUS')
  expect(rotated.open(sealed, 'token')).toBe('glpat-secret')
  expect([rotated.isOld(sealed), rotated.isOld(rotated.close('x', 'token'))]).toEqual([true, false])
})
