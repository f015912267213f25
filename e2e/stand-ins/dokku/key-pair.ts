import ssh2 from 'ssh2'

export interface KeyPair {
  /** OpenSSH form, readable by the system's own `ssh` too. */
  private: string
  /** `ssh-ed25519 AAAA…` */
  public: string
}

/** An ed25519 pair that works: ssh2 drops a leading zero byte, so that one pair in two hundred cannot be read back. */
export function generateKeyPair(): KeyPair {
  for (;;) {
    const pair = ssh2.utils.generateKeyPairSync('ed25519')
    const privateKey = ssh2.utils.parseKey(pair.private)
    const publicKey = ssh2.utils.parseKey(pair.public)
    if (privateKey instanceof Error || publicKey instanceof Error) continue
    const trial = Buffer.from('trial')
    if (publicKey.verify(trial, privateKey.sign(trial)) === true) return pair
  }
}
