import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { bodyOf, idIn, optionalBodyOf } from './input.ts'

const wish = z.strictObject({ text: z.string().default('') })
const json = { 'content-type': 'application/json' }
const request = (body: BodyInit | null, headers: Record<string, string> = json) =>
  new Request('http://berth.test/', { method: 'POST', body, headers, duplex: 'half' } as RequestInit)

const invalid = (words: string) => ({ kind: 'invalid', message: expect.stringContaining(words) })

describe('a body', () => {
  test('is read up to its limit, to the byte', async () => {
    const exact = JSON.stringify({ text: 'x'.repeat(16 * 1024 - '{"text":""}'.length) })
    expect(await bodyOf(request(exact), wish)).toEqual(JSON.parse(exact))
    await expect(bodyOf(request(`${exact} `), wish)).rejects.toMatchObject(invalid('longer than 16384 bytes'))
    await expect(optionalBodyOf(request(`${exact} `), wish)).rejects.toMatchObject(invalid('longer than'))
  })

  test('that never ends, whatever length it announced, is read no further than that', async () => {
    let given = 0
    const endless = new ReadableStream({
      pull(controller) {
        given += 1024
        controller.enqueue(new Uint8Array(1024).fill(0x20))
      },
    })
    const announced = { ...json, 'content-length': '2' }
    await expect(bodyOf(request(endless, announced), wish)).rejects.toMatchObject(invalid('longer than'))
    expect(given).toBeLessThan(32 * 1024)
  })

  test.each([
    ['{', json, 'not JSON'],
    ['{}', { 'content-type': 'text/plain' }, 'application/json'],
    ['{}', { 'content-type': 'application/jsonp' }, 'application/json'],
    ['{"more":1}', json, 'more'],
    ['{"text":1}', json, 'text'],
  ])('%j sent as %j is not understood', async (body, headers, words) => {
    await expect(bodyOf(request(body, headers), wish)).rejects.toMatchObject(invalid(words))
  })

  test('that is optional may be empty', async () => {
    expect(await optionalBodyOf(request(null, {}), wish)).toEqual({ text: '' })
  })
})

test.each(['', '0', '-1', '01', '1e3', '4 2', '42x', '9'.repeat(16), '９', '../42'])('%j is no id', (text) => {
  expect(() => idIn(text)).toThrow('is not an id')
})
