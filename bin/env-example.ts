import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { documentedVariables } from '../lib/env.ts'
import { root } from './child.ts'
import { envExample, withEnvTable } from './env-documentation.ts'

/** `npm run env-example`: writes what is said elsewhere about the variables from the one place that knows them. */
writeFileSync(path.join(root, '.env.example'), envExample(documentedVariables))

const readme = path.join(root, 'README.md')
if (existsSync(readme)) writeFileSync(readme, withEnvTable(readFileSync(readme, 'utf8'), documentedVariables))
