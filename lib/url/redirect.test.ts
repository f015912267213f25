import { expect, it } from 'vitest'
import { namedBy, shownTarget } from './redirect.ts'

it.each([
  ['https://app.example/', 'mapping'],
  ['http://app.example:8080/login', 'mapping'],
  ['http://APP.example./', 'mapping'],
  ['http://app.example:9200/', 'redirect'],
  ['https://sso.example/', 'redirect'],
])('%s is named by the %s', (target, namer) => {
  const mayEnterHost = (host: string) => host === 'app.example'
  expect(namedBy(new URL(target), new URL('http://app.example:8080/'), mayEnterHost)).toBe(namer)
})

it.each([
  ['https://user:password@sso.example:8443/login?ticket=secret#token', 'https://sso.example:8443/login'],
  ['file:///etc/passwd', 'file:'],
  ['data:text/html,secret', 'data:'],
  ['mailto:somebody@app.example', 'mailto:'],
])('%s is shown as %s', (target, shown) => {
  expect(shownTarget(new URL(target))).toBe(shown)
})

it('shows no more of an endless address than a line', () => {
  expect(shownTarget(new URL(`http://app.example/${'x'.repeat(10_000)}`))).toHaveLength(500)
})
