import { expect, test } from 'vitest'
import { type PipelineOptions, usualOf, usualOptions } from '#lib/domain/pipeline-file/index.ts'
import { optionsIn, pipelineHref } from './options-url.ts'

const usual = usualOptions({ pathWithNamespace: 'hello/hello-app', defaultBranch: 'main' })
const given = (href: string) => Object.fromEntries(new URL(href, 'http://berth').searchParams)

test.each<[Partial<PipelineOptions>, string]>([
  [{}, ''],
  [{ language: 'node', ...usualOf('node') }, '?language=node'],
  [{ database: false, autoStop: '' }, '?database=no&autoStop='],
  [
    { seedCommand: 'rake a & b', stagingUrl: 'https://ü.example/?a=b' },
    '?seedCommand=rake+a+%26+b&stagingUrl=https%3A%2F%2F%C3%BC.example%2F%3Fa%3Db',
  ],
])('the address of %j is short, and leads back to it', (more, query) => {
  const options = { ...usual, ...more }
  const href = pipelineHref(42, options, usual)
  expect(href).toBe(`/projects/42/pipeline${query}`)
  expect(optionsIn(given(href), usual)).toEqual(options)
})

test('what an address cannot mean is usual', () => {
  expect(optionsIn({ language: 'cobol', variant: ['heroku', 'dokku'], database: '', unknown: 'x' }, usual)).toEqual({
    ...usual,
    database: false,
  })
  expect(optionsIn({ image: 'a'.repeat(10_000) }, usual).image).toHaveLength(500)
})
