import type { World } from '#lib/context.ts'
import { publish } from '#lib/db/notifications.ts'
import { deliveriesFollowed, waitingDeliveries } from '#lib/db/webhooks.ts'
import type { Hint } from '#lib/domain/hint.ts'
import { decideReading } from './gitlab.ts'
import { type LookOutcome, lookAt } from './look.ts'
import { nudge } from './nudge.ts'
import { latestUpdate, type ProjectCursor, projectCursor } from './project-cursor.ts'
import { followUp, readBranch, readEnvironment } from './project-follow-up.ts'
import { allDone, nothing, readDeployments, readMergeRequests, readPipelines } from './project-news.ts'
import type { ProjectReading } from './project-reading.ts'

/** Branches and environments asked for one by one; more than these come in by a full look. */
const mostSingle = 20

/**
 * Asks GitLab about what its webhook told of a project, however often and in whatever order it told it. Deliveries count as
 * followed only when what they led to is on the board: a killed worker leaves them to the next.
 */
export async function followHints(world: World, projectId: number): Promise<LookOutcome> {
  const { db, gitlab } = world
  const source = `gitlab:${projectId}`
  let needsFullLook = false
  const outcome = await lookAt(
    world,
    source,
    async (look) => {
      const waiting = await waitingDeliveries(db, projectId)
      const reading: ProjectReading = {
        db,
        gitlab,
        projectId,
        look,
        changes: { branches: new Set(), environmentIds: new Set() },
      }
      const before = projectCursor(look.cursor)
      // Before the first full look everything is still to be told.
      const read =
        before.fullAt === null
          ? before
          : await readHinted(
              reading,
              before,
              waiting.flatMap(({ hints }) => hints),
            )
      const { topics, notComparable } = await decideReading(world, reading, read, { isWholeBoard: look.unfinished })
      await publish(db, topics)
      await deliveriesFollowed(
        db,
        waiting.map(({ key }) => key),
        world.now(),
      )
      needsFullLook = read.fullAt === null
      // A regular look that was cut off is still to be made up for: this one saw a part only.
      const unfinished = look.unfinished ? { unfinished: true } : {}
      const cursor = { ...read, notComparable, hintedAt: look.asOf, ...unfinished }
      return { cursor, changed: reading.changes.branches.size + reading.changes.environmentIds.size }
    },
    { regular: false },
  )
  if (needsFullLook) await nudge(db, source)
  return outcome
}

/**
 * What runs and what is merged shows itself in the lists of news, whatever number of events told of it. A branch, and the
 * environment of a stop job, stand in no such list and are asked for by themselves.
 */
async function readHinted(reading: ProjectReading, cursor: ProjectCursor, hints: Hint[]): Promise<ProjectCursor> {
  const told = new Set(hints.map(({ kind }) => kind))
  const keysOf = (kind: Hint['kind']) => [...new Set(hints.filter((hint) => hint.kind === kind).map(({ key }) => key))]
  const [branches, environments] = [keysOf('branch'), await environmentIds(reading, keysOf('environment'))]
  if (branches.length + environments.length > mostSingle) return { ...cursor, fullAt: null }

  const runs = told.has('news') || told.has('pipeline')
  const [deployments, pipelines, merged] = await allDone([
    runs || told.has('deployment') ? readDeployments(reading, cursor) : unread,
    runs ? readPipelines(reading, cursor) : unread,
    told.has('merge-request') ? readMergeRequests(reading, cursor) : Promise.resolve(nothing),
  ])
  for (const name of branches) await readBranch(reading, name)
  for (const id of environments) await readEnvironment(reading, id)
  const isFollowed = await followUp(reading, {
    deployments: deployments.news,
    pipelines: pipelines.news,
    mergeRequests: merged.mergeRequests,
    readEnvironmentIds: new Set(environments),
  })
  const isWhole = deployments.isWhole && pipelines.isWhole && isFollowed
  return {
    ...cursor,
    ...merged.cursor,
    ...(isWhole ? {} : { fullAt: null }),
    deploymentsUpdatedAt: latestUpdate(cursor.deploymentsUpdatedAt, deployments.items),
    pipelinesUpdatedAt: latestUpdate(cursor.pipelinesUpdatedAt, pipelines.items),
  }
}

const unread = Promise.resolve({ items: [], news: [], isWhole: true })

/** Of an environment that Berth does not know its first deployment will tell. */
async function environmentIds({ db, projectId }: ProjectReading, names: string[]): Promise<number[]> {
  if (names.length === 0) return []
  const rows = await db.environment.findMany({ where: { projectId, name: { in: names } }, select: { id: true } })
  return rows.map(({ id }) => Number(id))
}
