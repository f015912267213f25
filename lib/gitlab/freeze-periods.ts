import { z } from 'zod'
import type { FreezePeriod } from '#lib/domain/freeze.ts'
import type { Client } from './client.ts'
import type { Gitlab } from './contract.ts'
import { readEveryPage } from './pages.ts'
import { id, orNull } from './schema.ts'

/** https://docs.gitlab.com/api/freeze_periods/. Lines are taken as they are: whether they can be understood is judged later. */
const freezePeriod: z.ZodType<FreezePeriod> = z
  .object({ id, freeze_start: z.string(), freeze_end: z.string(), cron_timezone: orNull(z.string()) })
  .transform((answer) => ({
    id: answer.id,
    freezeStart: answer.freeze_start,
    freezeEnd: answer.freeze_end,
    timeZone: answer.cron_timezone ?? 'UTC',
  }))

export const freezePeriodCalls = ({ freezePeriods }: Client, maxPages: number): Pick<Gitlab, 'freezePeriods'> => ({
  freezePeriods: (projectId) =>
    readEveryPage({
      what: 'freeze periods',
      schema: freezePeriod,
      maxPages,
      key: (period) => period.id,
      ask: (query) => freezePeriods.all(projectId, query),
    }),
})
