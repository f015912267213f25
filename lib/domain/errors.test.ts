import { expect, test } from 'vitest'
import { BerthError, failureOf } from './errors.ts'

const gone = { kind: 'not-found', system: 'gitlab', message: 'There is no such branch.' } as const

test('Berth’s own errors keep their words, others keep none', () => {
  expect(failureOf(new BerthError(gone.kind, gone.system, gone.message))).toEqual(gone)
  for (const other of [new Error('token=secret'), 'token=secret', null, undefined, {}])
    expect(failureOf(other).message).not.toContain('secret')
})

test('an error is recognized though another copy of the module made it, as in another bundle', async () => {
  const address = './errors.ts?copy'
  const copy = (await import(/* @vite-ignore */ address)) as typeof import('./errors.ts')
  expect(copy.BerthError).not.toBe(BerthError)
  const error: unknown = new copy.BerthError(gone.kind, gone.system, gone.message)
  expect(error instanceof BerthError).toBe(true)
  expect(failureOf(error)).toEqual(gone)
  expect(new Error('no') instanceof BerthError).toBe(false)
})
