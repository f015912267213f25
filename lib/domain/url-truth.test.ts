import { expect, test } from 'vitest'
import { asOf, minutesAgo, sampleUrl } from './samples.ts'
import type { ObservedUrl } from './url-probe.ts'
import { urlTruth } from './url-truth.ts'

const view = { inLane: false, staleMinutes: 15 }
const truth = (probe: ObservedUrl, more: Partial<typeof view> = {}) => urlTruth(probe, { ...view, ...more }, asOf)
const answering = (status: number, more: Partial<ObservedUrl> = {}) =>
  sampleUrl({ status, finalStatus: status, ...more })
const failing = { failures: 2, failingSince: minutesAgo(5) }
const nobody = sampleUrl({
  status: null,
  finalStatus: null,
  failure: { kind: 'timeout', words: 'No answer within 5 s.' },
  ...failing,
})

test.each<[string, ObservedUrl, string, string]>([
  ['a page', answering(200), 'ok', '200'],
  [
    'a page behind a redirect',
    sampleUrl({ status: 302, redirectTo: 'https://x.jp/in', finalStatus: 200 }),
    'ok',
    '200',
  ],
  [
    'a redirect that was not followed',
    sampleUrl({ status: 302, redirectTo: 'https://x.jp', finalStatus: null }),
    'ok',
    '302',
  ],
  ['a page that asks who comes in', answering(401), 'ok', '401'],
  ['a page that lets nobody in', answering(403), 'ok', '403'],
  ['no page', answering(404), 'attention', '404'],
  ['a refusal', answering(429), 'attention', '429'],
  ['a failing app', answering(502, failing), 'attention', '502'],
  ['a failing app behind a redirect', sampleUrl({ status: 302, finalStatus: 500, ...failing }), 'attention', '500'],
  ['nobody', nobody, 'attention', 'timeout'],
])('%s', (_, probe, health, state) => {
  expect(truth(probe)).toMatchObject({ health, state, status: probe.status })
})

test('failing is critical in the lane; being refused is not', () => {
  expect(truth(answering(502, failing), { inLane: true }).health).toBe('critical')
  expect(truth(nobody, { inLane: true }).health).toBe('critical')
  expect(truth(answering(404), { inLane: true }).health).toBe('attention')
})

test('one failure is asked again before it counts', () => {
  expect(truth(answering(502, { failures: 1, failingSince: asOf }), { inLane: true })).toMatchObject({
    health: 'busy',
    state: '502',
  })
})

test('a probe that is too old says nothing about now', () => {
  expect(truth(answering(200, { observedAt: minutesAgo(15) })).health).toBe('ok')
  expect(truth(answering(200, { observedAt: minutesAgo(15.1) }))).toMatchObject({ health: 'unknown', state: '200' })
})

test('what is not probed is nothing to judge, and says why', () => {
  expect(urlTruth({ words: 'It has no URL.' }, view, asOf)).toMatchObject({ health: 'none', words: 'It has no URL.' })
  expect(urlTruth(null, view, asOf).health).toBe('none')
})

test('what is kept does not change from one good probe to the next', () => {
  const next = sampleUrl({ latencyMs: 55, observedAt: asOf })
  expect(truth(next)).toEqual(truth(sampleUrl()))
})
