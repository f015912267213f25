import { expect, it } from 'vitest'
import { systemResolver } from './names.ts'

it.each([
  ['localhost', ['127.0.0.1', '::1']],
  ['shop.localhost', ['127.0.0.1', '::1']],
  ['shop.localhost.', ['127.0.0.1', '::1']],
  ['10.0.0.1', ['10.0.0.1']],
  ['[fd00::1]', ['fd00::1']],
])('knows %s without asking anybody', async (name, addresses) => {
  expect(await systemResolver()(name)).toEqual(addresses)
})

it('answers null for a name that nobody has', async () => {
  // RFC 6761 keeps `.invalid` free of names.
  expect(await systemResolver()('berth.invalid')).toBeNull()
})
