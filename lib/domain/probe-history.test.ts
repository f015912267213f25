import { describe, expect, it } from 'vitest'
import { observedUrl, tellsNews } from './probe-history.ts'
import type { ObservedUrl, UrlProbe } from './url-probe.ts'

const at = (seconds: number) => new Date(Date.UTC(2026, 10, 23, 12, 0, seconds))

const good: UrlProbe = {
  url: 'https://app.example/',
  status: 200,
  latencyMs: 12,
  certificateExpiresAt: new Date('2027-01-01T00:00:00Z'),
  redirectTo: null,
  finalStatus: 200,
  failure: null,
}
const silent: UrlProbe = {
  ...good,
  status: null,
  finalStatus: null,
  failure: { kind: 'timeout', words: 'app.example did not answer within 5 s.' },
}
const none = { failures: 0, failingSince: null }

it('counts failures in a row from the first one, and forgets them with a good answer', () => {
  const first = observedUrl(silent, none, at(0))
  const second = observedUrl({ ...good, status: 502, finalStatus: 502 }, first, at(5))
  const third = observedUrl(good, second, at(35))
  expect([first, second, third].map(({ failures, failingSince }) => ({ failures, failingSince }))).toEqual([
    { failures: 1, failingSince: at(0) },
    { failures: 2, failingSince: at(0) },
    none,
  ])
})

describe('tellsNews', () => {
  const seen = (more: Partial<ObservedUrl> = {}): ObservedUrl => ({ ...observedUrl(good, none, at(0)), ...more })
  const failing = (failures: number) => seen({ ...silent, failures, failingSince: at(0) })

  it.each([
    ['the first answer', null, seen(), true],
    ['another latency', seen(), seen({ latencyMs: 900, observedAt: at(300) }), false],
    ['another status', seen(), seen({ status: 404, finalStatus: 404 }), true],
    ['another end of the redirects', seen(), seen({ finalStatus: 503 }), true],
    ['another redirect', seen(), seen({ redirectTo: 'https://app.example/login' }), true],
    ['a renewed certificate', seen(), seen({ certificateExpiresAt: at(0) }), true],
    ['the first failure', seen(), failing(1), true],
    ['the second failure', failing(1), failing(2), true],
    ['the third failure', failing(2), failing(3), false],
    ['another failure', failing(3), { ...failing(4), failure: { kind: 'refused', words: 'Nobody listens.' } }, true],
    ['the end of a failure', failing(3), seen(), true],
  ] as const)('%s: %s', (_, one, other, news) => {
    expect(tellsNews(one, other)).toBe(news)
  })
})
