/** `dpl heroku api --api_key KEY --app APP`, as the runner of a project's own pipeline finds it: deploys the commit that is checked out. */
import { execFileSync } from 'node:child_process'
import { parseArgs } from 'node:util'
import { deployByDpl } from '../heroku/dpl.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { api_key: { type: 'string' }, app: { type: 'string' } },
})
const { api_key: key, app } = values
const url = process.env.STAND_IN_HEROKU
if (positionals.join(' ') !== 'heroku api' || !key || !app || !url) {
  console.error('Missing or unknown options; the stand-in of dpl knows: dpl heroku api --api_key KEY --app APP')
  process.exit(1)
}
process.exitCode = await deployByDpl({
  url,
  key,
  app,
  repository: process.cwd(),
  sha: execFileSync('git', ['rev-parse', 'HEAD'], { encoding: 'utf8' }).trim(),
  say: (text) => process.stdout.write(text),
  signal: AbortSignal.timeout(600_000),
})
