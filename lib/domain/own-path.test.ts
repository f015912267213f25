import { expect, test } from 'vitest'
import { ownPath } from './own-path.ts'

test.each([
  '/',
  '/projects/42',
  '/projects/42?q=fix%2Ffoo&page=2',
  '/projects/42/environments/7?next=https://elsewhere.example/',
  '/apiary',
])('%s is a place in Berth', (path) => {
  expect(ownPath(path)).toBe(path)
})

test('what a browser keeps to itself is left out, and dots lead nowhere else', () => {
  expect(ownPath('/findings#top')).toBe('/findings')
  expect(ownPath('/projects/../hosts')).toBe('/hosts')
})

test.each([
  null,
  undefined,
  '',
  'projects/42',
  'https://elsewhere.example/',
  '//elsewhere.example/',
  '///elsewhere.example/',
  '/\\elsewhere.example/',
  '\\\\elsewhere.example',
  '/%5celsewhere.example',
  '/%2felsewhere.example',
  '/%2F%2Felsewhere.example',
  '/\t/elsewhere.example',
  '/\n/elsewhere.example',
  '/.//elsewhere.example',
  '/..//elsewhere.example',
  '/x/..//elsewhere.example',
  ' /projects',
  'javascript:alert(1)',
  '/javascript:alert(1)\u0000',
  '/api/v1/projects',
  '/sign-in',
  '/sign-in?next=/sign-in',
  '/x/../api/auth/callback/gitlab',
  `/${'a'.repeat(2000)}`,
])('%j is none, and ends at the fleet', (wanted) => {
  expect(ownPath(wanted)).toBe('/')
})
