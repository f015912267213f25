import { watchedEnvironments } from '#lib/db/watches.ts'
import type { Page, PageQuery } from '#lib/gitlab/index.ts'
import { latestUpdate, type ProjectCursor, type Turn, turnOf, updatedSince } from './project-cursor.ts'
import { followUp, readEnvironment } from './project-follow-up.ts'
import { noteDeployments, noteMergeRequests, notePipelines, type ProjectReading } from './project-reading.ts'
import { readBranchesPage, readEnvironmentsPage } from './project-rotation.ts'

/** Pages of news read at most; with more of them a full look is cheaper than following each. */
const newsPages = 10

/**
 * The cheap look: what was updated since the last, in three requests when that is nothing. Deployments and pipelines tell
 * of nearly everything; the third request goes round the lists that can change without either. Whatever did change is
 * followed to what it touches.
 */
export async function readNews(reading: ProjectReading, cursor: ProjectCursor): Promise<ProjectCursor> {
  const { db, gitlab, projectId } = reading
  const openEnvironments = await watchedEnvironments(db, projectId)
  const turn = turnOf(cursor.turn, { isEnvironmentWatched: openEnvironments.length > 0 })

  const [deployments, pipelines, turned] = await Promise.all([
    readUpdated(reading, cursor.deploymentsUpdatedAt, (query) => gitlab.deploymentsPage(projectId, query)),
    readUpdated(reading, cursor.pipelinesUpdatedAt, (query) => gitlab.pipelinesPage(projectId, query)),
    takeTurn(reading, cursor, { turn, openEnvironments }),
  ])
  const changedDeployments = await noteDeployments(reading, deployments.items)
  const changedPipelines = await notePipelines(reading, pipelines.items)

  // A push or a merge starts a pipeline and changes its merge request too: do not wait for the turn.
  const asksMergeRequests = changedPipelines.length > 0 && turn !== 'merge-requests'
  const extra = asksMergeRequests ? await readMergeRequests(reading, cursor) : nothing
  const isFollowed = await followUp(reading, {
    deployments: changedDeployments,
    pipelines: changedPipelines,
    mergeRequests: [...turned.changedMergeRequests, ...extra.changedMergeRequests],
    readEnvironmentIds: turned.readEnvironmentIds,
  })

  const isWhole = deployments.isWhole && pipelines.isWhole && isFollowed
  return {
    ...cursor,
    ...turned.cursor,
    ...extra.cursor,
    ...(isWhole ? {} : { fullAt: null }),
    deploymentsUpdatedAt: latestUpdate(cursor.deploymentsUpdatedAt, deployments.items),
    pipelinesUpdatedAt: latestUpdate(cursor.pipelinesUpdatedAt, pipelines.items),
    turn: cursor.turn + 1,
  }
}

interface Turned {
  cursor: Partial<ProjectCursor>
  changedMergeRequests: Awaited<ReturnType<typeof noteMergeRequests>>
  /** Environments that were read in this turn: nobody needs to ask for them again. */
  readEnvironmentIds: ReadonlySet<number>
}

const nothing: Turned = { cursor: {}, changedMergeRequests: [], readEnvironmentIds: new Set() }

async function takeTurn(
  reading: ProjectReading,
  cursor: ProjectCursor,
  { turn, openEnvironments }: { turn: Turn; openEnvironments: number[] },
): Promise<Turned> {
  if (turn === 'merge-requests') return readMergeRequests(reading, cursor)
  if (turn === 'branches') return { ...nothing, cursor: await readBranchesPage(reading, cursor) }
  if (turn === 'environments') {
    const { ids, ...page } = await readEnvironmentsPage(reading, cursor)
    return { ...nothing, cursor: page, readEnvironmentIds: new Set(ids) }
  }
  const id = openEnvironments[Math.floor(cursor.turn / 6) % openEnvironments.length] as number
  await readEnvironment(reading, id)
  return { ...nothing, readEnvironmentIds: new Set([id]) }
}

async function readMergeRequests(reading: ProjectReading, cursor: ProjectCursor): Promise<Turned> {
  const { gitlab, projectId } = reading
  const updated = await readUpdated(reading, cursor.mergeRequestsUpdatedAt, (query) =>
    gitlab.mergeRequestsPage(projectId, query),
  )
  return {
    ...nothing,
    cursor: {
      mergeRequestsUpdatedAt: latestUpdate(cursor.mergeRequestsUpdatedAt, updated.items),
      ...(updated.isWhole ? {} : { fullAt: null }),
    },
    changedMergeRequests: await noteMergeRequests(reading, updated.items),
  }
}

async function readUpdated<Value>(
  { look }: ProjectReading,
  since: Date | null,
  askPage: (query: PageQuery) => Promise<Page<Value>>,
): Promise<{ items: Value[]; isWhole: boolean }> {
  const items: Value[] = []
  let page: number | null = 1
  for (let read = 0; page !== null && read < newsPages; read += 1) {
    const query: PageQuery = { page, ...updatedSince(since) }
    const answer: Page<Value> = await look.ask(() => askPage(query))
    items.push(...answer.items)
    page = answer.nextPage
  }
  return { items, isWhole: page === null }
}
