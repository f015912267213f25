import { type Step, scriptedApi } from '../scripted-api.ts'
import { createHeroku, type HerokuOptions } from './index.ts'

/** A Heroku that plays exactly these steps, and a client of it. */
export async function scriptedHeroku(steps: Step[], options: Partial<HerokuOptions> = {}) {
  const { url, requests } = await scriptedApi(steps)
  return { url, requests, heroku: createHeroku({ url, apiKey: 'HRKU-secret', repeatAfterMs: 0, ...options }) }
}
