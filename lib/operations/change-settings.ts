import { publish } from '#lib/db/notifications.ts'
import { type KeptSettings, keptSettings, writeSettings } from '#lib/db/settings.ts'
import { BerthError } from '#lib/domain/errors.ts'
import type { ProjectSettings } from '#lib/domain/settings.ts'
import { settingsChanges } from '#lib/domain/settings-changes.ts'
import { settingsFlaws } from '#lib/domain/settings-flaws.ts'
import type { Context } from '../context.ts'
import { audited } from './audited.ts'
import { projectNotFound, requireRole } from './require-role.ts'

export interface ChangeSettings {
  projectId: number
  settings: ProjectSettings
  /** When the settings that the person saw were changed; `null`: they saw the defaults. */
  seen: Date | null
}

/** Sets how a project ships, who has to agree, and what its policies do. Refused when somebody else set them since they were seen. */
export function changeSettings(ctx: Context, { projectId, settings, seen }: ChangeSettings): Promise<KeptSettings> {
  const change = { action: 'settings.change', projectId, target: `settings of project ${projectId}` }
  return audited(ctx, change, async () => {
    requireRole(ctx.actor, 'maintainer', projectId)
    const flaws = settingsFlaws(settings)
    if (flaws.length > 0) throw new BerthError('invalid', 'berth', flaws.join(' '))
    const project = await ctx.db.project.findUnique({ where: { id: projectId }, select: { pathWithNamespace: true } })
    if (!project) throw projectNotFound(projectId)
    const before = await keptSettings(ctx.db, projectId)
    // Later than what it replaces, whatever the clocks say: the instant tells one version from the next.
    const changedAt = new Date(Math.max(ctx.now().getTime(), (before.changedAt?.getTime() ?? 0) + 1))
    const after = { settings, changedAt, changedBy: ctx.actor.name }
    if (!(await writeSettings(ctx.db, { projectId, seen, ...after }))) throw changedSince(before)
    await publish(ctx.db, [`project:${projectId}`])
    const changes = settingsChanges(before.settings, settings)
    return {
      result: after,
      words: changes.length === 0 ? 'Nothing is another than before.' : `${changes.join('; ')}.`,
      done: {
        target: `settings of ${project.pathWithNamespace}`,
        details: { before: JSON.stringify(before.settings), after: JSON.stringify(settings) },
      },
    }
  })
}

const changedSince = ({ changedBy }: KeptSettings): BerthError =>
  new BerthError('refused', 'berth', `${changedBy ?? 'Somebody'} changed the settings since you looked; look again.`)
