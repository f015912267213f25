import ssh2 from 'ssh2'
import { expect, it } from 'vitest'
import { generateKeyPair } from './key-pair.ts'

it('makes only keys that can be read back', () => {
  for (let made = 0; made < 1000; made++) {
    expect(ssh2.utils.parseKey(generateKeyPair().private)).not.toBeInstanceOf(Error)
  }
})
