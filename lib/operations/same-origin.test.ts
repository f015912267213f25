import { expect, test } from 'vitest'
import { provesSameOrigin } from './same-origin.ts'

test.each<[string, Record<string, string>, string | null, boolean]>([
  ['the browser says same-origin', { 'sec-fetch-site': 'same-origin' }, null, true],
  ['the browser says same-site, which is another host', { 'sec-fetch-site': 'same-site' }, null, false],
  ['a link from outside', { 'sec-fetch-site': 'cross-site', origin: 'http://b.test', host: 'b.test' }, null, false],
  ['an old browser names the same host', { origin: 'http://b.test:3000', host: 'b.test:3000' }, null, true],
  ['another port is another origin', { origin: 'http://b.test:3001', host: 'b.test:3000' }, null, false],
  ['a proxy changed the host', { origin: 'https://b.test', host: '127.0.0.1:3000' }, 'https://b.test', true],
  ['a sandboxed frame', { origin: 'null', host: 'b.test' }, null, false],
  ['nothing at all', { host: 'b.test' }, null, false],
])('%s', (_name, headers, publicUrl, proven) => {
  expect(provesSameOrigin(new Headers(headers), publicUrl)).toBe(proven)
})
