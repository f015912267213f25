import { describe, expect, it } from 'vitest'
import { domainOf, isShutOut, type ProbeFailure, probeability } from './url-probe.ts'

describe('isShutOut', () => {
  const failure = (kind: ProbeFailure) => ({ kind, words: 'It failed.' })

  it.each([
    [{ status: 200, finalStatus: 200, failure: null }, false],
    [{ status: 404, finalStatus: 404, failure: null }, false],
    [{ status: 401, finalStatus: 401, failure: null }, false],
    [{ status: 499, finalStatus: 499, failure: null }, false],
    [{ status: 500, finalStatus: 500, failure: null }, true],
    [{ status: 502, finalStatus: 502, failure: null }, true],
    [{ status: 302, finalStatus: 200, failure: null }, false],
    [{ status: 302, finalStatus: 503, failure: null }, true],
    [{ status: 302, finalStatus: null, failure: null }, false],
    [{ status: 302, finalStatus: null, failure: failure('refused') }, true],
    [{ status: null, finalStatus: null, failure: failure('timeout') }, true],
    [{ status: null, finalStatus: null, failure: failure('certificate') }, true],
    [{ status: null, finalStatus: null, failure: failure('address') }, false],
  ])('%o: %s', (probe, shutOut) => {
    expect(isShutOut(probe)).toBe(shutOut)
  })
})

it.each([
  ['http://APP.Example:8080/path', 'app.example'],
  ['http://app.example./', 'app.example'],
  ['http://[FD00::1]/', 'fd00::1'],
  ['http://2130706433/', '127.0.0.1'],
  ['http://例え.example/', 'xn--r8jz45g.example'],
])('the domain of %s is %s', (url, domain) => {
  expect(domainOf(new URL(url))).toBe(domain)
})

describe('probeability', () => {
  it.each([
    ['https://app.example/', ['app.example'], true],
    ['https://app.example./login', ['other.example', 'App.Example'], true],
    ['http://app.example:8080', ['app.example'], true],
    ['https://a.apps.example/', ['*.apps.example'], true],
    ['https://apps.example/', ['*.apps.example'], false],
    ['https://.apps.example/', ['*.apps.example'], false],
    ['https://evilapps.example/', ['*.apps.example'], false],
    ['https://app.example.evil.example/', ['app.example'], false],
    ['https://app.example@evil.example/', ['app.example'], false],
    ['http://169.254.169.254/', ['app.example'], false],
    ['https://app.example/', [], false],
    ['https://app.example/', null, false],
    ['ftp://app.example/', ['app.example'], false],
    ['javascript:alert(1)', ['app.example'], false],
    ['app.example', ['app.example'], false],
  ])('of %s among %j: %s', (url, domains, allowed) => {
    expect(probeability(url, 'app', domains).allowed).toBe(allowed)
  })

  it('says which domain is missing where', () => {
    expect(probeability('https://app.example/', 'review-app', [])).toEqual({
      allowed: false,
      reason: 'It is not probed: on Dokku, app.example is not a domain of app review-app.',
    })
  })
})
