import { expect, test } from 'vitest'
import { excerpt } from './output.ts'

test.each([
  ['SMTP_PASSWORD=hunter2', ''],
  ['SECRET_KEY_BASE: 9c1185a5c5e9', ''],
  ['config: {"apiToken":"hunter2"}', ''],
  ['DATABASE_DSN postgres hunter2', ''],
  ['AWS_CREDENTIALS=hunter2', ''],
  ['export API_KEY=hunter2 two words', 'export API_KEY=…'],
  ['cannot reach postgres://app:hunter2@db:5432/app now', 'cannot reach postgres://… now'],
  ['x=1 is no variable of a shell', 'x=1 is no variable of a shell'],
  ['App shop does not exist', 'App shop does not exist'],
])('of %j a person reads %j', (said, shown) => {
  expect(excerpt(said)).toBe(shown)
})

test('lines that name a password go, others stay', () => {
  expect(excerpt('-----> Building\nSMTP_PASSWORD=hunter2\nfailed\n')).toBe('-----> Building failed')
})
