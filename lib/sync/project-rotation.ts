import type { Page } from '#lib/gitlab/index.ts'
import type { ProjectCursor } from './project-cursor.ts'
import {
  forgetBranchesBut,
  forgetEnvironmentsBut,
  noteBranches,
  noteEnvironments,
  type ProjectReading,
} from './project-reading.ts'
import { walk } from './walk.ts'

/** A list that does not add up is not read whole more often than this: one that keeps moving would cost every look its pages. */
const walkPauseSeconds = 20

const maxPages = 500

/** A list that is read page by page, one a turn. */
interface RotatingList<Value> {
  askPage(page: number): Promise<Page<Value>>
  note(items: Value[]): Promise<unknown>
  forgetBut(items: Value[]): Promise<void>
  /** How many Berth knows. */
  count(): Promise<number>
}

interface Place {
  page: number
  walkedAt: Date | null
}

/** Reads the next page of the branch list. */
export async function readBranchesPage(
  reading: ProjectReading,
  cursor: ProjectCursor,
): Promise<Partial<ProjectCursor>> {
  const { db, gitlab, projectId } = reading
  const { place } = await readPage(
    reading,
    { page: cursor.branchesPage, walkedAt: cursor.branchesWalkedAt },
    {
      askPage: (page) => gitlab.branchesPage(projectId, { page }),
      note: (branches) => noteBranches(reading, branches),
      forgetBut: (branches) => forgetBranchesBut(reading, branches),
      count: () => db.branch.count({ where: { projectId } }),
    },
  )
  return { branchesPage: place.page, branchesWalkedAt: place.walkedAt }
}

/** The same for environments; also says which ones were read. */
export async function readEnvironmentsPage(
  reading: ProjectReading,
  cursor: ProjectCursor,
): Promise<Partial<ProjectCursor> & { ids: number[] }> {
  const { db, gitlab, projectId } = reading
  const { items, place } = await readPage(
    reading,
    { page: cursor.environmentsPage, walkedAt: cursor.environmentsWalkedAt },
    {
      askPage: (page) => gitlab.environmentsPage(projectId, { page }),
      note: (environments) => noteEnvironments(reading, environments),
      forgetBut: (environments) => forgetEnvironmentsBut(reading, environments),
      count: () => db.environment.count({ where: { projectId } }),
    },
  )
  return { environmentsPage: place.page, environmentsWalkedAt: place.walkedAt, ids: items.map(({ id }) => id) }
}

/**
 * Reads one page and moves on to the next. What is gone shows itself by the total: when Berth knows more or fewer than
 * GitLab counts, the list is read whole.
 */
async function readPage<Value>(
  { look }: ProjectReading,
  { page, walkedAt }: Place,
  list: RotatingList<Value>,
): Promise<{ items: Value[]; place: Place }> {
  const answer = await look.ask(() => list.askPage(page))
  await list.note(answer.items)
  if (page === 1 && answer.nextPage === null) {
    await list.forgetBut(answer.items)
    return { items: answer.items, place: { page: 1, walkedAt: look.asOf } }
  }
  const addsUp = answer.total === null || answer.total === (await list.count())
  if (addsUp || !isWalkDue(walkedAt, look.asOf)) {
    return { items: answer.items, place: { page: answer.nextPage ?? 1, walkedAt } }
  }
  const whole = await walk((number) => look.ask(() => list.askPage(number)), { maxPages })
  await list.note(whole.items)
  if (whole.complete) await list.forgetBut(whole.items)
  return { items: whole.items, place: { page: 1, walkedAt: look.asOf } }
}

const isWalkDue = (walkedAt: Date | null, asOf: Date): boolean =>
  walkedAt === null || asOf.getTime() - walkedAt.getTime() >= walkPauseSeconds * 1000
