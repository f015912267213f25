import { watchedEnvironments } from '#lib/db/watches.ts'
import type { Page } from '#lib/gitlab/index.ts'
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
  const { db, gitlab, projectId, look } = reading
  const openEnvironments = await watchedEnvironments(db, projectId)
  const turn = turnOf(cursor.turn, { isEnvironmentWatched: openEnvironments.length > 0 })

  const [deployments, pipelines, turned] = await Promise.all([
    readUpdated(
      (page) =>
        look.ask(() => gitlab.deploymentsPage(projectId, { page, ...updatedSince(cursor.deploymentsUpdatedAt) })),
      (items) => noteDeployments(reading, items),
    ),
    readUpdated(
      (page) => look.ask(() => gitlab.pipelinesPage(projectId, { page, ...updatedSince(cursor.pipelinesUpdatedAt) })),
      (items) => notePipelines(reading, items),
    ),
    takeTurn(reading, cursor, { turn, openEnvironments }),
  ])

  // A push or a merge starts a pipeline and changes its merge request too: do not wait for the turn.
  const asksMergeRequests = pipelines.changed.length > 0 && turn !== 'merge-requests'
  const extra = asksMergeRequests ? await readMergeRequests(reading, cursor) : nothing
  const isFollowed = await followUp(reading, {
    deployments: deployments.changed,
    pipelines: pipelines.changed,
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
  const { gitlab, projectId, look } = reading
  const updated = await readUpdated(
    (page) =>
      look.ask(() => gitlab.mergeRequestsPage(projectId, { page, ...updatedSince(cursor.mergeRequestsUpdatedAt) })),
    (items) => noteMergeRequests(reading, items),
  )
  return {
    ...nothing,
    cursor: {
      mergeRequestsUpdatedAt: latestUpdate(cursor.mergeRequestsUpdatedAt, updated.items),
      ...(updated.isWhole ? {} : { fullAt: null }),
    },
    changedMergeRequests: updated.changed,
  }
}

/**
 * Reads and notes pages, newest update first, up to one that brings nothing new: what comes after it was known before.
 * `isWhole` is false when there was still news on the last page that it may read.
 */
async function readUpdated<Value, Noted>(
  askPage: (page: number) => Promise<Page<Value>>,
  note: (items: Value[]) => Promise<Noted[]>,
): Promise<{ items: Value[]; changed: Noted[]; isWhole: boolean }> {
  const items: Value[] = []
  const changed: Noted[] = []
  let page: number | null = 1
  for (let read = 0; page !== null && read < newsPages; read += 1) {
    const answer: Page<Value> = await askPage(page)
    const news = await note(answer.items)
    items.push(...answer.items)
    changed.push(...news)
    page = news.length === 0 ? null : answer.nextPage
  }
  return { items, changed, isWhole: page === null }
}
