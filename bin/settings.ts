import { existsSync } from 'node:fs'
import path from 'node:path'
import { type Env, readEnv } from '../lib/env.ts'
import { root } from './child.ts'

/** The settings of a command: `.env` where there is one, under what the environment says; a bad one ends the command. */
export function readSettings(): Env {
  const file = path.join(root, '.env')
  if (existsSync(file)) process.loadEnvFile(file)
  try {
    const env = readEnv()
    return { ...env, BERTH_DATA_DIR: path.resolve(root, env.BERTH_DATA_DIR) }
  } catch (error) {
    console.error((error as Error).message)
    process.exit(1)
  }
}
