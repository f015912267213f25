import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { generateKeyPair } from './dokku/key-pair.ts'

/** The key pair in `file` and `file.pub`, made on first use. */
export function keyPair(file: string): { file: string; publicKey: string } {
  if (!existsSync(`${file}.pub`)) {
    const pair = generateKeyPair()
    writeFileSync(file, `${pair.private}\n`, { mode: 0o600 })
    writeFileSync(`${file}.pub`, `${pair.public}\n`)
  }
  return { file, publicKey: readFileSync(`${file}.pub`, 'utf8').trim() }
}
