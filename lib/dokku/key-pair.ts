import ssh2 from 'ssh2'

/** OpenSSH forms; the public half is one line, `ssh-ed25519 AAAA…`. */
export interface KeyPair {
  privateKey: string
  publicKey: string
}

/** A new ed25519 pair that works: ssh2 drops a leading zero byte, so that one pair in two hundred cannot be read back. */
export function newKeyPair(): KeyPair {
  for (;;) {
    const pair = ssh2.utils.generateKeyPairSync('ed25519')
    const privateKey = ssh2.utils.parseKey(pair.private)
    const publicKey = ssh2.utils.parseKey(pair.public)
    if (privateKey instanceof Error || publicKey instanceof Error) continue
    const trial = Buffer.from('trial')
    if (publicKey.verify(trial, privateKey.sign(trial)) === true)
      return { privateKey: pair.private, publicKey: pair.public.trim() }
  }
}
