import { expect, test } from 'vitest'
import { neededVariables, type PipelineOptions, pipelineFile, usualOptions } from './index.ts'

const usual = usualOptions({ pathWithNamespace: 'hello/hello-app', defaultBranch: 'master' })
const keysOf = (more: Partial<PipelineOptions>) => neededVariables({ ...usual, ...more }).map(({ key }) => key)

test.each<Partial<PipelineOptions>>([
  {},
  { variant: 'heroku' },
  { syntax: 'only' },
  { reviewHost: 'a.example', reviewDomain: 'a.example', productionHost: 'b.example' },
])('every variable of %j that the file uses and does not set is told of, and no other', (more) => {
  const text = pipelineFile({ ...usual, ...more })
  const used = [...text.replace(/#.*/g, '').matchAll(/\$\{?([A-Z][A-Z0-9_]+)/g)].map(([, key]) => key as string)
  const isKnown = (key: string) =>
    /^(CI_|APP_NAME|DB_NAME|GIT_SSH_COMMAND|DOKKU$)/.test(key) || text.includes(`  ${key}: `)
  expect(new Set(keysOf(more))).toEqual(new Set(used.filter((key) => !isKnown(key))))
})

test('a key is a File today and text in 2017', () => {
  const typeOf = (syntax: PipelineOptions['syntax']) =>
    neededVariables({ ...usual, syntax }).find(({ key }) => key === 'SSH_PRIVATE_KEY')?.type
  expect([typeOf('rules'), typeOf('only')]).toEqual(['file', 'env_var'])
})

test('what review apps use is there on every branch, what production uses need not be', () => {
  const every = neededVariables({ ...usual, variant: 'heroku' }).filter(({ isForEveryBranch }) => isForEveryBranch)
  expect(every.map(({ key }) => key)).not.toContain('HEROKU_PRODUCTION_API_KEY')
  expect(every.map(({ key }) => key)).toContain('SSH_PRIVATE_KEY')
})
