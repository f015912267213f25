import { stoppingEnvironments } from '#lib/db/observations-follow-up.ts'
import { watchedEnvironments } from '#lib/db/watches.ts'
import type { Deployment } from '#lib/domain/deployment.ts'
import type { MergeRequest } from '#lib/domain/merge-request.ts'
import type { Page } from '#lib/gitlab/index.ts'
import type { Look } from './look.ts'
import { latestUpdate, type ProjectCursor, type Turn, turnOf, updatedSince } from './project-cursor.ts'
import { followUp, readEnvironment } from './project-follow-up.ts'
import {
  noteDeployments,
  noteMergeRequests,
  notePipelines,
  type ProjectReading,
  readFreezePeriods,
} from './project-reading.ts'
import { readBranchesPage, readEnvironmentsPage } from './project-rotation.ts'

/** Pages of news read at most; with more of them a full look is cheaper than following each. */
const newsPages = 10

/**
 * The cheap look: what was updated since the last, in three requests when that is nothing. Deployments and pipelines tell
 * of nearly everything; the third request goes round the lists that can change without either. Whatever did change is
 * followed to what it touches.
 */
export async function readNews(reading: ProjectReading, cursor: ProjectCursor): Promise<ProjectCursor> {
  const inMotion = await environmentsInMotion(reading)
  const turn = turnOf(cursor.turn, { hasEnvironments: inMotion.length > 0 })

  const [deployments, pipelines, turned] = await allDone([
    readDeployments(reading, cursor),
    readPipelines(reading, cursor),
    takeTurn(reading, cursor, { turn, inMotion }),
  ])

  // A push or a merge starts a pipeline and changes its merge request too: do not wait for the turn.
  const asksMergeRequests = pipelines.news.length > 0 && turn !== 'merge-requests'
  const extra = asksMergeRequests ? await readMergeRequests(reading, cursor) : nothing
  const isFollowed = await followUp(reading, {
    deployments: deployments.news,
    pipelines: pipelines.news,
    mergeRequests: [...turned.mergeRequests, ...extra.mergeRequests],
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

export const readDeployments = (reading: ProjectReading, { deploymentsUpdatedAt }: ProjectCursor) =>
  readUpdated(
    reading.look,
    (page) => reading.gitlab.deploymentsPage(reading.projectId, { page, ...updatedSince(deploymentsUpdatedAt) }),
    (items) => noteDeployments(reading, items),
  )

export const readPipelines = (reading: ProjectReading, { pipelinesUpdatedAt }: ProjectCursor) =>
  readUpdated(
    reading.look,
    (page) => reading.gitlab.pipelinesPage(reading.projectId, { page, ...updatedSince(pipelinesUpdatedAt) }),
    (items) => notePipelines(reading, items),
  )

/** Environments that GitLab has been stopping for longer than this are stuck: the round of their list is enough for them. */
const stoppingMinutes = 60

/** Environments that somebody has open, and those being stopped: they get a turn of their own. */
async function environmentsInMotion({ db, projectId, look }: ProjectReading): Promise<number[]> {
  const stoppingSince = new Date(look.asOf.getTime() - stoppingMinutes * 60_000)
  const [open, stopping] = await Promise.all([
    watchedEnvironments(db, projectId),
    stoppingEnvironments(db, projectId, stoppingSince),
  ])
  return [...new Set([...open, ...stopping])]
}

export interface Turned {
  cursor: Partial<ProjectCursor>
  mergeRequests: readonly MergeRequest[]
  /** Environments that were read in this turn: nobody needs to ask for them again. */
  readEnvironmentIds: ReadonlySet<number>
}

export const nothing: Turned = { cursor: {}, mergeRequests: [], readEnvironmentIds: new Set() }

async function takeTurn(
  reading: ProjectReading,
  cursor: ProjectCursor,
  { turn, inMotion }: { turn: Turn; inMotion: number[] },
): Promise<Turned> {
  if (turn === 'merge-requests') return readMergeRequests(reading, cursor)
  if (turn === 'branches') return { ...nothing, cursor: await readBranchesPage(reading, cursor) }
  if (turn === 'environments') {
    const { ids, ...page } = await readEnvironmentsPage(reading, cursor)
    return { ...nothing, cursor: page, readEnvironmentIds: new Set(ids) }
  }
  if (turn === 'freeze-periods') {
    await readFreezePeriods(reading)
    return nothing
  }
  const id = inMotion[Math.floor(cursor.turn / 6) % inMotion.length] as number
  await readEnvironment(reading, id)
  return { ...nothing, readEnvironmentIds: new Set([id]) }
}

export async function readMergeRequests(reading: ProjectReading, cursor: ProjectCursor): Promise<Turned> {
  const { gitlab, projectId, look } = reading
  const updated = await readUpdated(
    look,
    (page) => gitlab.mergeRequestsPage(projectId, { page, ...updatedSince(cursor.mergeRequestsUpdatedAt) }),
    (items) => noteMergeRequests(reading, items),
  )
  return {
    ...nothing,
    cursor: {
      mergeRequestsUpdatedAt: latestUpdate(cursor.mergeRequestsUpdatedAt, updated.items),
      ...(updated.isWhole ? {} : { fullAt: null }),
    },
    mergeRequests: updated.news,
  }
}

/**
 * Reads and notes pages, newest update first, up to one that brings no news: what comes after it was known before.
 * `isWhole` is false when there was still news on the last page that it may read. After a look that was cut off, all that
 * was updated since counts as news, because that look may have stored it without following it.
 */
async function readUpdated<Value>(
  look: Look,
  askPage: (page: number) => Promise<Page<Value>>,
  note: (items: Value[]) => Promise<News<Value>[]>,
): Promise<{ items: Value[]; news: News<Value>[]; isWhole: boolean }> {
  const items: Value[] = []
  const news: News<Value>[] = []
  let page: number | null = 1
  for (let read = 0; page !== null && read < newsPages; read += 1) {
    const number: number = page
    const answer = await look.ask(() => askPage(number))
    const noted = await note(answer.items)
    const newOnPage = look.unfinished ? (answer.items as News<Value>[]) : noted
    items.push(...answer.items)
    news.push(...newOnPage)
    page = newOnPage.length === 0 ? null : answer.nextPage
  }
  return { items, news, isWhole: page === null }
}

/** What a changed row and the value that it was made from have in common. */
type News<Value> = Value extends Deployment ? Pick<Deployment, 'id' | 'environmentId'> : Value

/** Like `Promise.all`, but nothing is still being written when it throws: the next look must not be overtaken by this one. */
export async function allDone<Results extends readonly unknown[]>(
  started: readonly [...{ [Index in keyof Results]: Promise<Results[Index]> }],
): Promise<Results> {
  await Promise.allSettled(started)
  return (await Promise.all(started)) as unknown as Results
}
