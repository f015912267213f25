import { generateKeyPairSync, type KeyObject, randomBytes, sign, X509Certificate } from 'node:crypto'

/** X.509 certificates as RFC 5280 wants them, written by hand: what makes them elsewhere is not installed everywhere. */

export interface Certified {
  /** PEM. */
  certificate: string
  /** PEM. */
  key: string
}

export interface Authority extends Certified {
  name: string
}

interface Wish {
  /** Its own and its issuer's common name. */
  subject: string
  issuer: string
  beginsAt: Date
  endsAt: Date
  publicKey: KeyObject
  /** Of the issuer. */
  signedWith: KeyObject | string
  extensions: Buffer[]
}

const dayMs = 24 * 3_600_000

/** An authority that signs itself, for ten years. */
export function createAuthority(name: string): Authority {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const now = Date.now()
  const certificate = issue({
    subject: name,
    issuer: name,
    beginsAt: new Date(now - dayMs),
    endsAt: new Date(now + 3650 * dayMs),
    publicKey,
    signedWith: privateKey,
    extensions: [extension(oids.basicConstraints, sequence(trueValue), { critical: true })],
  })
  return { name, certificate, key: pem(privateKey) }
}

/** A certificate for the names, signed by the authority. */
export function createCertificate(authority: Authority, names: string[], { endsAt }: { endsAt: Date }): Certified {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const certificate = issue({
    subject: names[0] ?? '',
    issuer: authority.name,
    // As a certificate of ninety days that was made in time.
    beginsAt: new Date(Math.min(Date.now(), endsAt.getTime()) - 90 * dayMs),
    endsAt,
    publicKey,
    signedWith: authority.key,
    extensions: [extension(oids.subjectAltName, sequence(...names.map((name) => tagged(0x82, Buffer.from(name)))))],
  })
  return { certificate, key: pem(privateKey) }
}

const oids = {
  commonName: '0603550403',
  basicConstraints: '0603551d13',
  subjectAltName: '0603551d11',
  ecdsaWithSha256: '06082a8648ce3d040302',
}

const pem = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'pem' }).toString()

function issue({ subject, issuer, beginsAt, endsAt, publicKey, signedWith, extensions }: Wish): string {
  const algorithm = sequence(Buffer.from(oids.ecdsaWithSha256, 'hex'))
  const serial = randomBytes(12)
  serial[0] = 0x40 | ((serial[0] ?? 0) & 0x3f)
  const toBeSigned = sequence(
    tagged(0xa0, tagged(0x02, Buffer.from([2]))),
    tagged(0x02, serial),
    algorithm,
    distinguishedName(issuer),
    sequence(instant(beginsAt), instant(endsAt)),
    distinguishedName(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    tagged(0xa3, sequence(...extensions)),
  )
  const signature = sign('sha256', toBeSigned, signedWith)
  const whole = sequence(toBeSigned, algorithm, tagged(0x03, Buffer.concat([Buffer.from([0]), signature])))
  return new X509Certificate(whole).toString()
}

function tagged(tag: number, content: Buffer): Buffer {
  const { length } = content
  const long = [...Buffer.from(length.toString(16).padStart(length > 0xff ? 4 : 2, '0'), 'hex')]
  const head = length < 0x80 ? [tag, length] : [tag, 0x80 | long.length, ...long]
  return Buffer.concat([Buffer.from(head), content])
}

const sequence = (...parts: Buffer[]): Buffer => tagged(0x30, Buffer.concat(parts))

const trueValue = Buffer.from('0101ff', 'hex')

function extension(oid: string, value: Buffer, { critical = false } = {}): Buffer {
  return sequence(Buffer.from(oid, 'hex'), ...(critical ? [trueValue] : []), tagged(0x04, value))
}

function distinguishedName(name: string): Buffer {
  const attribute = sequence(Buffer.from(oids.commonName, 'hex'), tagged(0x0c, Buffer.from(name)))
  return sequence(tagged(0x31, attribute))
}

/** UTCTime, whose two digits of a year reach until 2049. */
function instant(at: Date): Buffer {
  return tagged(0x17, Buffer.from(`${at.toISOString().slice(2, 19).replace(/[-:T]/g, '')}Z`))
}
