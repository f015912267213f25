import { describe, expect, test } from 'vitest'
import { gitlabWords, refusedAnswer } from './failure.ts'

const asked = { system: 'GitLab (gitlab.example.jp)', request: 'POST /projects/42/jobs/7/play' }
const failureOf = (status: number, body: unknown) =>
  refusedAnswer(asked, { status, headers: new Headers(), text: typeof body === 'string' ? body : JSON.stringify(body) })

describe('the kind follows the status', () => {
  test.each([
    [400, 'refused'],
    [401, 'forbidden'],
    [403, 'forbidden'],
    [404, 'not-found'],
    [405, 'refused'],
    [408, 'unavailable'],
    [409, 'refused'],
    [422, 'refused'],
    [304, 'unavailable'],
    [500, 'unavailable'],
    [503, 'unavailable'],
    [599, 'unavailable'],
  ])('%i is %s', (status, kind) => {
    expect(failureOf(status, { message: 'words' })).toMatchObject({ kind, system: 'gitlab' })
  })
})

test('a dead token points at the setting', () => {
  const body = {
    error: 'invalid_token',
    error_description: 'Token was revoked. You have to re-authorize from the user.',
  }
  expect(failureOf(401, body).message).toMatch(/Token was revoked.*or in BERTH_GITLAB_TOKEN/)
})

test('a missing scope is named', () => {
  const body = {
    error: 'insufficient_scope',
    error_description: 'The request requires higher privileges',
    scope: 'api',
  }
  expect(failureOf(403, body)).toMatchObject({ kind: 'forbidden', message: expect.stringContaining('needs api') })
})

test.each([
  [{ message: '400 Bad request - Unplayable Job' }, '400 Bad request - Unplayable Job'],
  [{ message: { name: ['has already been taken', 'is too long'] } }, 'name has already been taken, is too long'],
  [{ message: { base: ['Reference not found'] } }, 'Reference not found'],
  [{ message: { error: 'Try again later.' } }, 'Try again later.'],
  [{ message: ['one', 'two'] }, 'one, two'],
  [{ message: { a: { b: ['deep'] } } }, 'a b deep'],
  [{ error: 'states does not have a valid value' }, 'states does not have a valid value'],
  [{ message: '' }, null],
  [{}, null],
  [[], null],
])('the words of %j', (body, words) => {
  expect(gitlabWords(JSON.stringify(body))).toBe(words)
})

test('plain text is words, a web page is not', () => {
  expect(gitlabWords('Retry later\n')).toBe('Retry later')
  expect(gitlabWords('<!DOCTYPE html><p>Oops')).toBeNull()
  expect(failureOf(502, '<html>').message).toContain('status 502')
  expect(gitlabWords('x'.repeat(400))).toHaveLength(300)
})
