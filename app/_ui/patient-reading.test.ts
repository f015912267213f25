import { describe, expect, it } from 'vitest'
import { patiently } from './patient-reading.ts'

const page = { headers: { rsc: '1' } }
const at = 'http://berth.test/projects/42'

/** Answers one after the other; an error is a request that reached nobody, `half` an answer that breaks off. */
function answering(...answers: (number | 'half' | Error)[]) {
  const asked: string[] = []
  const send: typeof fetch = async (_, init) => {
    asked.push(init?.method ?? 'GET')
    const answer = answers.shift()
    if (answer === undefined) throw new Error('Nobody expected this request.')
    if (answer instanceof Error) throw answer
    return answer === 'half' ? new Response(half()) : new Response('whole', { status: answer })
  }
  const isShown = (url: string) => url === at
  return { asked, patient: patiently(send, { isShown, pause: async () => {} }) }
}

const half = (): ReadableStream =>
  new ReadableStream({
    pull(controller) {
      controller.error(unreached)
    },
  })

const unreached = new TypeError('Failed to fetch')

describe('patiently', () => {
  it('reads a page again until Berth answers', async () => {
    const { asked, patient } = answering(unreached, 502, 503, 504, unreached, 200)
    expect((await patient(at, page)).status).toBe(200)
    expect(asked).toHaveLength(6)
  })

  it.each([200, 404, 500])('takes %i for an answer', async (status) => {
    const { asked, patient } = answering(status)
    expect((await patient(at, page)).status).toBe(status)
    expect(asked).toHaveLength(1)
  })

  it('takes the page that is shown whole or not at all', async () => {
    const { asked, patient } = answering('half', 'half', 200)
    expect(await (await patient(at, page)).text()).toBe('whole')
    expect(asked).toHaveLength(3)
  })

  it('hands another page on as it comes', async () => {
    const { asked, patient } = answering('half')
    await expect((await patient(`${at}/settings`, page)).text()).rejects.toBe(unreached)
    expect(asked).toHaveLength(1)
  })

  it.each([
    ['changes something', { method: 'POST', headers: { rsc: '1', 'next-action': 'a1' } }],
    ['is read ahead', { headers: { rsc: '1', 'next-router-prefetch': '1' } }],
    ['is not a page', {}],
  ])('sends once what %s', async (_, init) => {
    const { asked, patient } = answering(unreached, 200)
    await expect(patient(at, init)).rejects.toBe(unreached)
    expect(asked).toHaveLength(1)
  })

  it('gives up a page that nobody waits for any more', async () => {
    const { asked, patient } = answering(unreached, 200)
    await expect(patient(at, { ...page, signal: AbortSignal.abort() })).rejects.toBe(unreached)
    expect(asked).toHaveLength(1)
  })
})
