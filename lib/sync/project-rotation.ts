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

/**
 * Reads the next page of the branch list. A branch that is gone shows itself by the total: when Berth knows more or fewer
 * than GitLab counts, the list is read whole.
 */
export async function readBranchesPage(
  reading: ProjectReading,
  cursor: ProjectCursor,
): Promise<Partial<ProjectCursor>> {
  const { db, gitlab, projectId, look } = reading
  const page = await look.ask(() => gitlab.branchesPage(projectId, { page: cursor.branchesPage }))
  await noteBranches(reading, page.items)
  if (cursor.branchesPage === 1 && page.nextPage === null) {
    await forgetBranchesBut(reading, page.items)
    return { branchesPage: 1 }
  }
  const known = await db.branch.count({ where: { projectId } })
  if (page.total === null || page.total === known || !isDue(cursor.branchesWalkedAt, look.asOf)) {
    return { branchesPage: page.nextPage ?? 1 }
  }
  const whole = await walk((number) => look.ask(() => gitlab.branchesPage(projectId, { page: number })), { maxPages })
  await noteBranches(reading, whole.items)
  if (whole.complete) await forgetBranchesBut(reading, whole.items)
  return { branchesPage: 1, branchesWalkedAt: look.asOf }
}

/** The same for environments; also says which ones were read. */
export async function readEnvironmentsPage(
  reading: ProjectReading,
  cursor: ProjectCursor,
): Promise<Partial<ProjectCursor> & { ids: number[] }> {
  const { db, gitlab, projectId, look } = reading
  const page = await look.ask(() => gitlab.environmentsPage(projectId, { page: cursor.environmentsPage }))
  const ids = page.items.map(({ id }) => id)
  await noteEnvironments(reading, page.items)
  if (cursor.environmentsPage === 1 && page.nextPage === null) {
    await forgetEnvironmentsBut(reading, page.items)
    return { environmentsPage: 1, ids }
  }
  const known = await db.environment.count({ where: { projectId } })
  if (page.total === null || page.total === known || !isDue(cursor.environmentsWalkedAt, look.asOf)) {
    return { environmentsPage: page.nextPage ?? 1, ids }
  }
  const whole = await walk((number) => look.ask(() => gitlab.environmentsPage(projectId, { page: number })), {
    maxPages,
  })
  await noteEnvironments(reading, whole.items)
  if (whole.complete) await forgetEnvironmentsBut(reading, whole.items)
  return { environmentsPage: 1, environmentsWalkedAt: look.asOf, ids: whole.items.map(({ id }) => id) }
}

const isDue = (walkedAt: Date | null, asOf: Date): boolean =>
  walkedAt === null || asOf.getTime() - walkedAt.getTime() >= walkPauseSeconds * 1000
