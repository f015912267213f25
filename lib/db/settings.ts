import { z } from 'zod'
import { BerthError } from '#lib/domain/errors.ts'
import { defaultSettings, type ProjectSettings } from '#lib/domain/settings.ts'
import type { Database, Transaction } from './client.ts'
import type { Prisma } from './generated/client.ts'

/** What people set, and when and by whom it was set last: `null` while it is the defaults. */
export interface KeptSettings {
  settings: ProjectSettings
  changedAt: Date | null
  changedBy: string | null
}

const { promotion, approval, policies } = defaultSettings

/**
 * What an older version of Berth kept lacks what came later: that has its default. What is there and cannot be meant is an
 * error and not a default, which could leave production open.
 */
const stored: z.ZodType<ProjectSettings> = z.object({
  promotion: z
    .object({
      way: z.enum(['job', 'tag']).default(promotion.way),
      tagTemplate: z.string().default(promotion.tagTemplate),
    })
    .default(promotion),
  approval: z
    .object({
      needed: z.boolean().default(approval.needed),
      validHours: z.number().positive().default(approval.validHours),
    })
    .default(approval),
  policies: z
    .object({
      idle: z
        .object({ days: z.number().positive(), warnDays: z.number().nonnegative().default(0) })
        .nullable()
        .default(policies.idle),
      stopEnded: z.boolean().default(policies.stopEnded),
      keepPerAuthor: z.number().int().positive().nullable().default(policies.keepPerAuthor),
      skipLabels: z.array(z.string()).default(policies.skipLabels),
    })
    .default(policies),
})

/** What people set for a project; the defaults where they set nothing. Throws `invalid` for what cannot be read. */
export async function projectSettings(db: Database | Transaction, projectId: number): Promise<ProjectSettings> {
  return (await keptSettings(db, projectId)).settings
}

export async function keptSettings(db: Database | Transaction, projectId: number): Promise<KeptSettings> {
  const row = await db.projectSettings.findUnique({ where: { projectId } })
  if (!row) return { settings: defaultSettings, changedAt: null, changedBy: null }
  return { settings: settingsIn(row.value, projectId), changedAt: row.changedAt, changedBy: row.changedBy }
}

function settingsIn(value: unknown, projectId: number): ProjectSettings {
  const read = stored.safeParse(value)
  if (read.success) return read.data
  const places = read.error.issues.map(({ path }) => path.join('.')).join(', ')
  throw new BerthError('invalid', 'berth', `The settings of project ${projectId} cannot be read: ${places}.`)
}

/** Keeps them unless somebody changed them since `seen` (`null`: they were the defaults); says whether they were kept. */
export async function writeSettings(
  db: Database | Transaction,
  change: { projectId: number; settings: ProjectSettings; seen: Date | null; changedAt: Date; changedBy: string },
): Promise<boolean> {
  const { projectId, settings, seen, changedAt, changedBy } = change
  const value = settings as unknown as Prisma.InputJsonObject
  const data = { value, changedAt, changedBy }
  const { count } =
    seen === null
      ? await db.projectSettings.createMany({ data: [{ projectId, ...data }], skipDuplicates: true })
      : await db.projectSettings.updateMany({ where: { projectId, changedAt: seen }, data })
  return count > 0
}
