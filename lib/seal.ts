import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { BerthError } from './domain/errors.ts'

/** Closes secrets for the database and opens them again. */
export interface Seal {
  /** AES-256-GCM under the present secret; twice the same text gives two different values. `purpose` binds it to its place. */
  close(text: string, purpose: string): string
  /** Throws `unavailable` for what was sealed under another secret, for another purpose, or altered. */
  open(sealed: string, purpose: string): string
  /** Whether it was sealed under an earlier secret and should be sealed anew. */
  isOld(sealed: string): boolean
}

const version = 's1'
const nonceBytes = 12

/** Seals under `secret`, and opens also what `previous` sealed: while a secret is changed both are given. */
export function createSeal(secret: string, previous: string | null = null): Seal {
  const present = keyFrom(secret)
  const keys = [present, ...(previous === null ? [] : [keyFrom(previous)])]
  return {
    close(text, purpose) {
      const nonce = randomBytes(nonceBytes)
      const cipher = createCipheriv('aes-256-gcm', present.key, nonce).setAAD(Buffer.from(purpose))
      const closed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
      return [
        version,
        present.id,
        ...[nonce, closed, cipher.getAuthTag()].map((part) => part.toString('base64url')),
      ].join('.')
    },
    open(sealed, purpose) {
      const [, id, ...parts] = sealed.split('.')
      const key = keys.find((candidate) => candidate.id === id)
      const [nonce, closed, tag] = parts.map((part) => Buffer.from(part, 'base64url'))
      if (!key || !nonce || !closed || !tag) throw unreadable()
      try {
        const decipher = createDecipheriv('aes-256-gcm', key.key, nonce, { authTagLength: 16 })
        decipher.setAAD(Buffer.from(purpose)).setAuthTag(tag)
        return Buffer.concat([decipher.update(closed), decipher.final()]).toString('utf8')
      } catch {
        throw unreadable()
      }
    },
    isOld: (sealed) => sealed.split('.')[1] !== present.id,
  }
}

interface Key {
  /** Tells keys apart in what is stored, and nothing of the key. */
  id: string
  key: Buffer
}

function keyFrom(secret: string): Key {
  const derive = (info: string, bytes: number) => Buffer.from(hkdfSync('sha256', secret, 'berth', info, bytes))
  return { id: derive('key id', 6).toString('base64url'), key: derive('seal', 32) }
}

const unreadable = (): BerthError =>
  new BerthError(
    'unavailable',
    'berth',
    'A sealed secret cannot be read: BERTH_SECRET is another one than when it was stored. Give the earlier one as BERTH_SECRET_PREVIOUS.',
  )
