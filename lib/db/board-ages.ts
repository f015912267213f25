import type { BoardRow } from '#lib/domain/board.ts'
import type { Database } from './client.ts'

/**
 * Rows with the age of each truth filled in: GitLab's is that of the project's last look, Dokku's that of the app's
 * process report, or of the host's last look where there is no app to report.
 */
export async function withAges(db: Database, projectId: number, rows: readonly BoardRow[]): Promise<BoardRow[]> {
  const locations = rows.flatMap(({ app }) => (app ? [{ host: app.host, name: app.app }] : []))
  const [sources, apps] = await Promise.all([
    db.source.findMany({
      where: { OR: [{ id: `gitlab:${projectId}` }, { id: { startsWith: 'dokku:' } }] },
      select: { id: true, observedAt: true },
    }),
    locations.length === 0
      ? []
      : db.dokkuApp.findMany({ where: { OR: locations }, select: { host: true, name: true, processesAt: true } }),
  ])
  const seen = new Map(sources.map(({ id, observedAt }) => [id, observedAt]))
  const reported = new Map(apps.map(({ host, name, processesAt }) => [`${host}/${name}`, processesAt]))
  return rows.map((row) => {
    const processesAt = row.app ? (reported.get(`${row.app.host}/${row.app.app}`) ?? null) : null
    return {
      ...row,
      app: row.app && { ...row.app, processesAt },
      gitlab: { ...row.gitlab, observedAt: seen.get(`gitlab:${projectId}`) ?? null },
      dokku: {
        ...row.dokku,
        observedAt: processesAt ?? (row.app ? (seen.get(`dokku:${row.app.host}`) ?? null) : null),
      },
    }
  })
}
