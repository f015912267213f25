import { createHash, randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'

const derive = promisify<string | Buffer, Buffer, number, ScryptOptions, Buffer>(scrypt)

/** 32 MiB and about 80 ms a guess; the parameters stand in each hash, so they can grow later. */
const cost = { N: 32_768, r: 8, p: 1 }
const keyLength = 32

/** `scrypt$N$r$p$salt$key`, the last two in base64url. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16)
  const key = await derive(password.normalize('NFKC'), salt, keyLength, withMemory(cost))
  return ['scrypt', cost.N, cost.r, cost.p, salt.toString('base64url'), key.toString('base64url')].join('$')
}

export async function isPassword(password: string, hash: string): Promise<boolean> {
  const [scheme, N, r, p, salt, key] = hash.split('$')
  if (scheme !== 'scrypt' || salt === undefined || key === undefined) return false
  const expected = Buffer.from(key, 'base64url')
  const options = withMemory({ N: Number(N), r: Number(r), p: Number(p) })
  const derived = await derive(password.normalize('NFKC'), Buffer.from(salt, 'base64url'), expected.length, options)
  return timingSafeEqual(derived, expected)
}

/** Whether two secrets are the same, in a time that does not depend on where they differ. */
export function isSameSecret(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text.normalize('NFKC')).digest()
  return timingSafeEqual(digest(given), digest(expected))
}

/** Node refuses what needs more than `maxmem`, by default a little less than this cost. */
const withMemory = (options: { N: number; r: number; p: number }): ScryptOptions => ({
  ...options,
  maxmem: 256 * options.N * options.r,
})
