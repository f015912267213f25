import type { BoardRow } from '#lib/domain/board.ts'
import type { Database } from './client.ts'

/**
 * Rows with the age of each truth filled in: GitLab's is that of the project's last look, Dokku's that of the app's
 * process report, or of the host's last look where there is no app to report.
 */
export async function withAges(db: Database, projectId: number, rows: readonly BoardRow[]): Promise<BoardRow[]> {
  const apps = rows.flatMap(({ app }) => app ?? [])
  const ages = await db.$queryRaw<{ id: string; observedAt: Date | null }[]>`
    SELECT id, "observedAt" FROM "Source" WHERE id = ${`gitlab:${projectId}`} OR id LIKE 'dokku:%'
    UNION ALL
    SELECT host || '/' || name, "processesAt" FROM "DokkuApp"
    WHERE (host, name) IN (SELECT * FROM unnest(${apps.map(({ host }) => host)}::text[], ${apps.map(({ app }) => app)}::text[]))`
  const at = new Map(ages.map(({ id, observedAt }) => [id, observedAt]))
  return rows.map((row) => {
    const processesAt = (row.app && at.get(`${row.app.host}/${row.app.app}`)) ?? null
    return {
      ...row,
      app: row.app && { ...row.app, processesAt },
      gitlab: { ...row.gitlab, observedAt: at.get(`gitlab:${projectId}`) ?? null },
      dokku: { ...row.dokku, observedAt: processesAt ?? (row.app && at.get(`dokku:${row.app.host}`)) ?? null },
    }
  })
}
