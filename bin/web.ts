import { pathToFileURL } from 'node:url'
import { nextCommand } from './build.ts'
import { sayHowToSignIn } from './first-sign-in.ts'
import { readSettings } from './settings.ts'

/** The pages alone, for a host that brings PostgreSQL and runs the worker beside them; `npm run up` is all in one. */
const env = readSettings()
const missing = (['DATABASE_URL', 'BERTH_SECRET', 'BERTH_URL'] as const).filter((name) => env[name] === null)
if (missing.length > 0) {
  console.error(`Berth cannot start its pages without ${missing.join(', ')}.`)
  process.exit(1)
}

await sayHowToSignIn(env, env.DATABASE_URL as string)
process.argv.splice(1, process.argv.length, nextCommand, 'start', '-p', String(env.PORT))
await import(pathToFileURL(nextCommand).href)
