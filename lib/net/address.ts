import { BlockList, isIP } from 'node:net'
import { type Decision, refuse } from '#lib/domain/decision.ts'

/**
 * Who named the host. `mapping`: it is a domain of the environment's own app, so it may well be in a private network.
 * `redirect`: whoever wrote the answer chose it, so nothing inside may be entered that nobody opened. `person`: somebody typed
 * it into a form, which is no better.
 */
export type NamedBy = 'mapping' | 'redirect' | 'person'

export type AddressKind = 'public' | 'private' | 'loopback' | 'never'

/** Tables of networks by kind, after IANA's special-purpose registries (RFC 6890); the first that fits counts. */
const kinds: readonly { kind: AddressKind; networks: BlockList }[] = [
  {
    kind: 'never',
    networks: blockList([
      // Where clouds answer with a machine's own credentials; the first lies in 169.254.0.0/16, these do not.
      'fd00:ec2::254/128',
      '100.100.100.200/32',
      '0.0.0.0/8',
      '169.254.0.0/16',
      '192.0.0.0/24',
      '192.0.2.0/24',
      '192.88.99.0/24',
      '198.18.0.0/15',
      '198.51.100.0/24',
      '203.0.113.0/24',
      '224.0.0.0/4',
      '240.0.0.0/4',
      '2001::/23',
      '2001:db8::/32',
      '3fff::/20',
    ]),
  },
  { kind: 'loopback', networks: blockList(['127.0.0.0/8', '::1/128']) },
  {
    kind: 'private',
    // 100.64.0.0/10 is shared by carriers and, on many a company's machines, an overlay network of their own.
    networks: blockList(['10.0.0.0/8', '100.64.0.0/10', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7']),
  },
  { kind: 'public', networks: blockList(['0.0.0.0/0', '2000::/3']) },
]

/** Of IPv6 all that is neither global unicast nor named above is never entered: unspecified, link-local, multicast, reserved. */
export function addressKind(address: string): AddressKind {
  const plain = innermost(address)
  return kinds.find(({ networks }) => networks.check(plain, familyOf(plain)))?.kind ?? 'never'
}

/** Whether a request may connect to this address. `networks` are those that the operator opened. */
export function entry(address: string, namedBy: NamedBy, networks: BlockList): Decision {
  const plain = innermost(address)
  const opened = networks.check(plain, familyOf(plain))
  switch (addressKind(address)) {
    case 'public':
      return { allowed: true }
    case 'never':
      return refuse(`${address} is not an address of a site.`)
    case 'private':
      return opened || namedBy === 'mapping' ? { allowed: true } : refuse(`${address} is private.`)
    case 'loopback':
      return opened ? { allowed: true } : refuse(`${address} is this machine itself.`)
  }
}

/** Networks as `10.0.0.0/8`; one that cannot be read is an error. */
export function blockList(networks: readonly string[]): BlockList {
  const list = new BlockList()
  for (const network of networks) {
    const [address = '', bits] = network.split('/')
    list.addSubnet(address, Number(bits), familyOf(address))
  }
  return list
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 4 ? 'ipv4' : 'ipv6'
}

/**
 * The IPv4 address that an IPv6 address stands for, where the network translates: mapped (`::ffff:0:0/96`), NAT64
 * (`64:ff9b::/96`, RFC 6052) and 6to4 (`2002::/16`, RFC 3056); else the address itself, without a zone.
 */
function innermost(address: string): string {
  const plain = address.replace(/%.*$/, '')
  if (isIP(plain) !== 6) return plain
  const groups = groupsOf(plain)
  const starts = (...prefix: number[]) => prefix.every((group, index) => groups[index] === group)
  if (starts(0, 0, 0, 0, 0, 0xffff) || starts(0x64, 0xff9b, 0, 0, 0, 0)) return dotted(groups[6], groups[7])
  if (starts(0x2002)) return dotted(groups[1], groups[2])
  return plain
}

/** The eight 16-bit groups of an IPv6 address in any of its spellings. */
function groupsOf(address: string): number[] {
  // WHATWG's URL writes every spelling, a dotted tail too, as plain hexadecimal groups.
  const [head = '', tail] = new URL(`http://[${address}]/`).hostname.slice(1, -1).split('::')
  const groups = (text: string) => (text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16)))
  if (tail === undefined) return groups(head)
  const [first, last] = [groups(head), groups(tail)]
  return [...first, ...Array<number>(8 - first.length - last.length).fill(0), ...last]
}

const dotted = (high = 0, low = 0): string => [high >> 8, high & 255, low >> 8, low & 255].join('.')
