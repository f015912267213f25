import type { Project } from '../domain/project.ts'
import type { Database } from './client.ts'
import { type ObservationTable, writeRows } from './observations.ts'

const projectTable: ObservationTable<Project & { observedAt: Date }> = {
  name: 'Project',
  key: ['id'],
  columns: {
    id: 'int',
    pathWithNamespace: 'text',
    name: 'text',
    webUrl: 'text',
    defaultBranch: 'text',
    archived: 'boolean',
    observedAt: 'timestamptz(3)',
  },
  notCompared: ['observedAt'],
}

/** Writes what is known of these projects; returns the ids of those that were new or different. */
export async function writeProjects(db: Database, projects: readonly Project[], asOf: Date): Promise<number[]> {
  // A path can pass from one project to another, or two can swap theirs: whoever holds it wrongly lets go of it first.
  await db.$executeRaw`
    UPDATE "Project" AS kept SET "pathWithNamespace" = 'moved/' || kept."id"
    FROM unnest(${projects.map(({ id }) => id)}::int[], ${projects.map((project) => project.pathWithNamespace)}::text[])
      AS given("id", "path")
    WHERE kept."pathWithNamespace" = given."path" AND kept."id" <> given."id"`
  const rows = projects.map((project) => ({ ...project, observedAt: asOf }))
  const changed = await writeRows(db, projectTable, rows)
  return changed.map(({ id }) => id)
}

/** Forgets every project but these, with all that was observed of them; operations and audit stay. Returns their ids. */
export async function keepOnlyProjects(db: Database, ids: readonly number[]): Promise<number[]> {
  const gone = await db.project.findMany({ where: { id: { notIn: [...ids] } }, select: { id: true } })
  const goneIds = gone.map(({ id }) => id)
  if (goneIds.length === 0) return []
  await db.$transaction([
    db.project.deleteMany({ where: { id: { in: goneIds } } }),
    db.boardSummary.deleteMany({ where: { projectId: { in: goneIds } } }),
    db.comparison.deleteMany({ where: { projectId: { in: goneIds } } }),
    db.source.deleteMany({ where: { id: { in: goneIds.map((id) => `gitlab:${id}`) } } }),
  ])
  return goneIds
}

/** Where a host is; what is known of it besides stays. */
export interface KnownHost {
  name: string
  address: string
  port: number
}

/** Makes the known hosts exactly these; what was observed of others goes. */
export async function keepHosts(db: Database, hosts: readonly KnownHost[]): Promise<void> {
  const names = hosts.map(({ name }) => name)
  await db.$transaction([
    ...hosts.map(({ name, address, port }) =>
      db.dokkuHost.upsert({ where: { name }, create: { name, address, port, plugins: [] }, update: { address, port } }),
    ),
    db.dokkuHost.deleteMany({ where: { name: { notIn: names } } }),
    db.dokkuApp.deleteMany({ where: { host: { notIn: names } } }),
    db.dokkuService.deleteMany({ where: { host: { notIn: names } } }),
    db.source.deleteMany({
      where: { AND: [{ id: { startsWith: 'dokku:' } }, { id: { notIn: names.map((name) => `dokku:${name}`) } }] },
    }),
  ])
}
