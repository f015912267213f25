import { environmentRow } from '#lib/db/board-row.ts'
import { addLock, endLock, lockById } from '#lib/db/deploy-locks.ts'
import { publish } from '#lib/db/notifications.ts'
import { roleIn } from '#lib/domain/access.ts'
import type { DeployLock } from '#lib/domain/deploy-lock.ts'
import { BerthError } from '#lib/domain/errors.ts'
import { isUuid } from '#lib/domain/uuid.ts'
import type { Context } from '../context.ts'
import { audited } from './audited.ts'
import { requireRole } from './require-role.ts'

export interface LockDeploys {
  projectId: number
  /** `null` closes every production environment of the project. */
  environmentId: number | null
  /** 3 to 300 characters, for whoever comes before the closed door. */
  reason: string
  /** 1 to 720; `null` until somebody opens it. */
  hours: number | null
}

const hourMs = 3_600_000
const longestHours = 720
/** Closes production: whoever deploys there from now on has to say why, until it ends or somebody opens it. */
export function lockDeploys(
  ctx: Context,
  { projectId, environmentId, reason, hours }: LockDeploys,
): Promise<DeployLock> {
  const words = reason.replaceAll('\0', '').trim()
  const target =
    environmentId === null
      ? `production of project ${projectId}`
      : `environment ${environmentId} of project ${projectId}`
  const change = { action: 'deploys.lock', projectId, target, details: { environmentId, hours } }
  return audited(ctx, change, async () => {
    requireRole(ctx.actor, 'maintainer', projectId)
    if (words.length < 3 || words.length > 300) throw invalid('Say why, in 3 to 300 characters.')
    if (hours !== null && (!Number.isInteger(hours) || hours < 1 || hours > longestHours)) {
      throw invalid(`A lock lasts 1 to ${longestHours} hours, or until somebody opens it.`)
    }
    const name = environmentId === null ? 'production' : await productionName(ctx, projectId, environmentId)
    const createdAt = ctx.now()
    const endsAt = hours === null ? null : new Date(createdAt.getTime() + hours * hourMs)
    const lock = { projectId, environmentId, reason: words, author: ctx.actor.name, createdAt, endsAt }
    const result = await addLock(ctx.db, lock)
    await publish(ctx.db, topicsOf(lock))
    return { result, words: `Closed ${name}: ${words}`, done: { target: name } }
  })
}

/** Opens what a lock closed; whoever may lock may open, whoever closed it. */
export async function unlockDeploys(ctx: Context, { lockId }: { lockId: string }): Promise<DeployLock> {
  const found = isUuid(lockId) ? await lockById(ctx.db, lockId) : null
  const lock = found && roleIn(ctx.actor, found.projectId) !== null ? found : null
  const change = { action: 'deploys.unlock', projectId: lock?.projectId ?? null, target: `lock ${lockId.slice(0, 60)}` }
  return audited(ctx, change, async () => {
    if (!lock) throw new BerthError('not-found', 'berth', 'There is no such lock.')
    requireRole(ctx.actor, 'maintainer', lock.projectId)
    if (!(await endLock(ctx.db, lock.id, { by: ctx.actor.name, at: ctx.now() }))) {
      throw new BerthError('refused', 'berth', 'The lock has ended already.')
    }
    await publish(ctx.db, topicsOf(lock))
    return {
      result: lock,
      words: `Opened what ${lock.author} had closed: ${lock.reason}`,
      done: { target: 'production' },
    }
  })
}

async function productionName(ctx: Context, projectId: number, environmentId: number): Promise<string> {
  const { environment } = await environmentRow(ctx.db, projectId, environmentId)
  if (environment?.tier === 'production') return environment.name
  throw new BerthError(
    'refused',
    'berth',
    `${environment?.name ?? 'It'} is no production environment; only production is closed.`,
  )
}

const topicsOf = ({ projectId, environmentId }: Pick<DeployLock, 'projectId' | 'environmentId'>): string[] => [
  `project:${projectId}`,
  'fleet',
  ...(environmentId === null ? [] : [`environment:${environmentId}`]),
]

const invalid = (words: string): BerthError => new BerthError('invalid', 'berth', words)
