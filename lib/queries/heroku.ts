import type { Context } from '#lib/context.ts'
import { type HerokuRecord, herokuRecord } from '#lib/db/heroku.ts'
import { together } from '#lib/db/together.ts'

export type { HerokuRecord }

/** Heroku as a place: how fresh it is, and what is left of its budget; `null` where Berth has no key. */
export const herokuLine = (ctx: Context): Promise<HerokuRecord | null> => together('heroku', () => herokuRecord(ctx.db))
