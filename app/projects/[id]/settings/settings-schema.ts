import { z } from 'zod'
import type { ProjectSettings } from '#lib/domain/settings.ts'

/** The settings as a browser or a program sends them: all of them. Whether they can be meant is the domain's to say. */
export const PolicySettings: z.ZodType<ProjectSettings['policies']> = z.strictObject({
  idle: z.strictObject({ days: z.number(), warnDays: z.number() }).nullable(),
  stopEnded: z.boolean(),
  keepPerAuthor: z.number().nullable(),
  skipLabels: z.array(z.string().max(1000)).max(100),
})

export const Settings: z.ZodType<ProjectSettings> = z.strictObject({
  promotion: z.strictObject({ way: z.enum(['job', 'tag']), tagTemplate: z.string().max(1000) }),
  approval: z.strictObject({ needed: z.boolean(), validHours: z.number() }),
  policies: PolicySettings,
})
