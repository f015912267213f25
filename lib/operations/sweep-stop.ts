import { operationById } from '#lib/db/operations.ts'
import type { Actor } from '#lib/domain/access.ts'
import { BerthError } from '#lib/domain/errors.ts'
import type { Operation } from '#lib/domain/operation.ts'
import type { SweepCandidate } from '#lib/domain/sweep.ts'
import type { Held } from './beat.ts'
import { stopReviewApp } from './stop.ts'
import { save, type Taking } from './sweep-taking.ts'

/** The stop that a killed process had asked for, at its end; `null` when none was asked for, or none was begun. */
export async function stopUnderWay(taking: Taking): Promise<Operation | null> {
  const { held, item } = taking
  const { stop } = item.progress
  if (stop === null) return null
  const begun = stop === 'asking' ? await stopBegun(taking) : stop
  await save(taking, { progress: { ...item.progress, stop: begun } })
  return begun === null ? null : atEnd(held, begun)
}

async function stopBegun({ held, item }: Taking): Promise<string | null> {
  const { id } = item.environment ?? {}
  if (id === undefined || item.startedAt === null) return null
  const row = await held.world.db.operation.findFirst({
    where: { kind: 'stop', environmentId: BigInt(id), createdAt: { gte: item.startedAt } },
    orderBy: { createdAt: 'desc' },
    select: { id: true },
  })
  return row?.id ?? null
}

/** GitLab's own way first, as an operation of its own in the name of whoever asked for the sweep. */
export async function stop(taking: Taking, { environment }: SweepCandidate): Promise<Operation> {
  const { held, item, sources } = taking
  const { world, operation } = held
  if (!environment) throw new BerthError('refused', 'berth', `GitLab has no ${item.title} any more.`)
  const words = `GitLab is asked to stop ${environment.name}.`
  await save(taking, { progress: { ...item.progress, stop: 'asking' }, words })
  const { projectId } = operation
  const actor: Actor = {
    kind: 'system',
    name: operation.requestedBy,
    via: 'system',
    personId: operation.requestedById,
    access: { everywhere: null, projects: new Map([[projectId, 'developer']]) },
  }
  const wish = { projectId, environmentId: environment.id }
  const { id } = await sources.gitlab(() => stopReviewApp({ ...world, actor }, wish))
  await save(taking, { progress: { ...item.progress, stop: id }, words: `GitLab stops ${environment.name}.` })
  return atEnd(held, id)
}

/** A worker carries it; this one only waits. It has an end of its own after half an hour at most. */
async function atEnd(held: Held<unknown>, id: string): Promise<Operation> {
  for (;;) {
    const operation = await operationById(held.world.db, id)
    if (!operation) throw new BerthError('not-found', 'berth', 'The operation that stops it is gone.')
    if (operation.status !== 'running') return operation
    await held.pause(500)
  }
}
