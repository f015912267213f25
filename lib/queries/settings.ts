import type { Context } from '#lib/context.ts'
import { type KeptSettings, keptSettings } from '#lib/db/settings.ts'
import { requireProject } from './project.ts'

export type { KeptSettings } from '#lib/db/settings.ts'

/** What people set for a project, and who did so last. Throws `not-found`. */
export async function settingsOf(ctx: Context, projectId: number): Promise<KeptSettings> {
  await requireProject(ctx, projectId)
  return keptSettings(ctx.db, projectId)
}
