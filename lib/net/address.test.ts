import { describe, expect, it } from 'vitest'
import { addressKind, blockList, entry } from './address.ts'

describe('addressKind', () => {
  it.each([
    ['8.8.8.8', 'public'],
    ['172.15.255.255', 'public'],
    ['172.32.0.0', 'public'],
    ['2606:4700::1111', 'public'],
    ['::ffff:8.8.8.8', 'public'],
    ['64:ff9b::8.8.8.8', 'public'],
    ['10.0.0.0', 'private'],
    ['10.255.255.255', 'private'],
    ['172.16.0.0', 'private'],
    ['172.31.255.255', 'private'],
    ['192.168.0.1', 'private'],
    ['100.64.0.1', 'private'],
    ['100.127.255.255', 'private'],
    ['fc00::1', 'private'],
    ['fdff:ffff::1', 'private'],
    ['::ffff:10.0.0.1', 'private'],
    ['::ffff:a00:1', 'private'],
    ['0:0:0:0:0:ffff:0a00:0001', 'private'],
    ['64:ff9b::a00:1', 'private'],
    ['2002:a00:1::1', 'private'],
    ['127.0.0.1', 'loopback'],
    ['127.255.255.255', 'loopback'],
    ['::1', 'loopback'],
    ['0:0:0:0:0:0:0:1', 'loopback'],
    ['::ffff:127.0.0.1', 'loopback'],
    ['64:ff9b::127.0.0.1', 'loopback'],
    ['2002:7f00:1::', 'loopback'],
    ['0.0.0.0', 'never'],
    ['0.1.2.3', 'never'],
    ['169.254.0.1', 'never'],
    ['169.254.169.254', 'never'],
    ['::ffff:169.254.169.254', 'never'],
    ['64:ff9b::169.254.169.254', 'never'],
    ['2002:a9fe:a9fe::1', 'never'],
    ['100.100.100.200', 'never'],
    ['fd00:ec2::254', 'never'],
    ['192.0.2.1', 'never'],
    ['224.0.0.1', 'never'],
    ['239.255.255.255', 'never'],
    ['240.0.0.1', 'never'],
    ['255.255.255.255', 'never'],
    ['::', 'never'],
    ['::ffff:0.0.0.0', 'never'],
    ['::127.0.0.1', 'never'],
    ['::ffff:0:127.0.0.1', 'never'],
    ['64:ff9b:1::1', 'never'],
    ['100::1', 'never'],
    ['2001::1', 'never'],
    ['2001:db8::1', 'never'],
    ['fe80::1', 'never'],
    ['fe80::1%eth0', 'never'],
    ['febf::1', 'never'],
    ['fec0::1', 'never'],
    ['ff02::1', 'never'],
    ['4000::1', 'never'],
  ])('%s is %s', (address, kind) => {
    expect(addressKind(address)).toBe(kind)
  })

  it.each([
    ['http://2130706433/', 'loopback'],
    ['http://0x7f000001/', 'loopback'],
    ['http://0177.0.0.1/', 'loopback'],
    ['http://127.1/', 'loopback'],
    ['http://0/', 'never'],
    ['http://[::ffff:7f00:1]/', 'loopback'],
    ['http://0xa9fea9fe/', 'never'],
    ['http://１０.0.0.1/', 'private'],
  ])('%s, as a URL writes it, is %s', (url, kind) => {
    expect(addressKind(new URL(url).hostname.replace(/[[\]]/g, ''))).toBe(kind)
  })
})

describe('entry', () => {
  const closed = blockList([])
  const opened = blockList(['127.0.0.0/8', '::1/128', '10.1.0.0/16', '169.254.0.0/16'])

  it.each([
    ['8.8.8.8', 'mapping', closed, true],
    ['8.8.8.8', 'redirect', closed, true],
    ['10.1.2.3', 'mapping', closed, true],
    ['fd00::1', 'mapping', closed, true],
    ['10.1.2.3', 'redirect', closed, false],
    ['10.1.2.3', 'redirect', opened, true],
    ['::ffff:10.1.2.3', 'redirect', opened, true],
    ['10.2.0.0', 'redirect', opened, false],
    ['fd00::1', 'redirect', opened, false],
    ['127.0.0.1', 'mapping', closed, false],
    ['127.0.0.1', 'redirect', closed, false],
    ['::1', 'mapping', closed, false],
    ['127.0.0.1', 'mapping', opened, true],
    ['127.0.0.1', 'redirect', opened, true],
    ['::1', 'mapping', opened, true],
    ['64:ff9b::127.0.0.1', 'mapping', opened, true],
    ['169.254.169.254', 'mapping', opened, false],
    ['169.254.169.254', 'redirect', opened, false],
  ] as const)('%s named by a %s', (address, namedBy, networks, allowed) => {
    expect(entry(address, namedBy, networks).allowed).toBe(allowed)
  })

  it('says why not', () => {
    expect(entry('10.1.2.3', 'redirect', closed)).toEqual({ allowed: false, reason: '10.1.2.3 is private.' })
  })
})
