import type { BoardRow } from '#lib/domain/board.ts'
import type { Database } from './client.ts'

/**
 * Rows with the age of each truth filled in: GitLab's is that of the project's last look, Dokku's that of the app's
 * process report, or of the host's last look where there is no app to report, Heroku's that of its last look, the URL's that of its last probe, which
 * brings its latency along: both are others after every probe.
 */
export async function withAges(db: Database, projectId: number, rows: readonly BoardRow[]): Promise<BoardRow[]> {
  const [ages, probes] = await Promise.all([sourceAges(db, projectId, rows), probeAges(db, projectId, rows)])
  const at = new Map(ages.map(({ id, observedAt }) => [id, observedAt]))
  return rows.map((row) => {
    const processesAt = (row.app && at.get(`${row.app.host}/${row.app.app}`)) ?? null
    const probe = row.environment && probes.get(row.environment.id)
    return {
      ...row,
      app: row.app && { ...row.app, processesAt },
      heroku: row.heroku ?? null,
      gitlab: { ...row.gitlab, observedAt: at.get(`gitlab:${projectId}`) ?? null },
      dokku: { ...row.dokku, observedAt: processesAt ?? at.get(platformOf(row)) ?? null },
      url: { ...row.url, observedAt: probe?.observedAt ?? null, latencyMs: probe?.latencyMs ?? null },
    }
  })
}

/** The source of what runs the app. */
const platformOf = ({ app, heroku }: BoardRow): string => (heroku ? 'heroku' : `dokku:${app?.host ?? ''}`)

function sourceAges(
  db: Database,
  projectId: number,
  rows: readonly BoardRow[],
): Promise<{ id: string; observedAt: Date | null }[]> {
  const apps = rows.flatMap(({ app }) => app ?? [])
  return db.$queryRaw`
    SELECT id, "observedAt" FROM "Source" WHERE id = ${`gitlab:${projectId}`} OR id = 'heroku' OR id LIKE 'dokku:%'
    UNION ALL
    SELECT host || '/' || name, "processesAt" FROM "DokkuApp"
    WHERE (host, name) IN (SELECT * FROM unnest(${apps.map(({ host }) => host)}::text[], ${apps.map(({ app }) => app)}::text[]))`
}

async function probeAges(
  db: Database,
  projectId: number,
  rows: readonly BoardRow[],
): Promise<Map<number, { observedAt: Date | null; latencyMs: number | null }>> {
  const environmentIds = rows.flatMap(({ environment }) => (environment ? BigInt(environment.id) : []))
  const probes = await db.urlProbe.findMany({
    where: { projectId, environmentId: { in: environmentIds } },
    select: { environmentId: true, observedAt: true, latencyMs: true },
  })
  return new Map(probes.map(({ environmentId, ...probe }) => [Number(environmentId), probe]))
}
