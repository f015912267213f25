import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { documentedVariables } from '../lib/env.ts'
import { root } from './child.ts'
import { envExample, envTable, withEnvTable } from './env-documentation.ts'

const readme = path.join(root, 'README.md')
const advice = 'run: npm run env-example'

test('.env.example says what lib/env.ts says', () => {
  expect(readFileSync(path.join(root, '.env.example'), 'utf8'), advice).toBe(envExample(documentedVariables))
})

test.skipIf(!existsSync(readme))('the table of the README says what lib/env.ts says', () => {
  const text = readFileSync(readme, 'utf8')
  expect(text, advice).toBe(withEnvTable(text, documentedVariables))
})

test('the table stands between its markers, a dollar in a default included', () => {
  const variables = [{ name: 'A', about: 'x | y', default: '$PORT' }]
  const text = withEnvTable('before\n<!-- env -->\nold\n<!-- /env -->\nafter', variables)
  expect(text).toBe(`before\n<!-- env -->\n${envTable(variables)}\n<!-- /env -->\nafter`)
  expect(text).toContain('| `A` | x \\| y | `$PORT` |')
})
