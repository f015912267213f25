import type { Role } from '../domain/access.ts'
import type { Database } from './client.ts'

/** What GitLab said of a person at one instant. */
export interface Standing {
  username: string
  name: string
  isGitlabAdmin: boolean
  /** In the projects that Berth shows; a project that is missing is not there for them. */
  roles: ReadonlyMap<number, Role>
}

/** The numbers of the projects that Berth shows. */
export async function shownProjectIds(db: Database): Promise<Set<number>> {
  const rows = await db.project.findMany({ select: { id: true } })
  return new Set(rows.map(({ id }) => id))
}

/** Replaces what was kept of the person, unless somebody has asked GitLab later than `accessAt`. */
export async function keepStanding(db: Database, personId: string, standing: Standing, accessAt: Date): Promise<void> {
  const { roles, ...columns } = standing
  await db.$transaction(async (tx) => {
    const { count } = await tx.person.updateMany({
      where: { id: personId, OR: [{ accessAt: null }, { accessAt: { lte: accessAt } }] },
      data: { ...columns, accessAt },
    })
    if (count === 0) return
    await tx.membership.deleteMany({ where: { personId } })
    await tx.membership.createMany({ data: [...roles].map(([projectId, role]) => ({ personId, projectId, role })) })
  })
}
