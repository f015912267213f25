import {
  environmentFindingKinds,
  type Finding,
  type FindingKind,
  findingKey,
  herokuFindingKinds,
  hostFindingKinds,
  type Snooze,
  type StoredFinding,
  subjectKey,
} from '#lib/domain/finding.ts'
import type { FindingChanges, OpenFinding } from '#lib/domain/finding-changes.ts'
import type { Database, Transaction } from './client.ts'
import { tellFindings } from './finding-notices.ts'
import type { Prisma, Finding as Row } from './generated/client.ts'
import { revive } from './json.ts'

/** The findings that one decision speaks for: of a project's environments, all or these, of a host, or of Heroku. */
export type FindingScope =
  | { projectId: number; environmentIds: 'all' | readonly number[] }
  | { host: string }
  | 'heroku'

const withinScope = (scope: FindingScope): Prisma.FindingWhereInput =>
  scope === 'heroku'
    ? { kind: { in: [...herokuFindingKinds] } }
    : 'host' in scope
      ? { host: scope.host, kind: { in: [...hostFindingKinds] } }
      : {
          projectId: scope.projectId,
          kind: { in: [...environmentFindingKinds] },
          ...(scope.environmentIds !== 'all' && { environmentId: { in: scope.environmentIds.map(BigInt) } }),
        }

/** What of a finding has no column of its own. */
type Value = Pick<Finding, 'subject' | 'words' | 'evidence' | 'resolutions'>

const keptValue = ({ subject, words, evidence, resolutions }: Finding): Value => ({
  subject,
  words,
  evidence,
  resolutions,
})

function openFinding(row: Row): OpenFinding {
  return {
    ...revive<Value>(row.value),
    id: row.id,
    projectId: row.projectId,
    kind: row.kind as FindingKind,
    severity: row.severity as Finding['severity'],
    since: row.since,
    snooze: snoozeOf(row),
    unknownSince: row.unknownSince,
  }
}

const snoozeOf = ({ snoozedUntil, snoozeReason, snoozedBy }: Row): Snooze | null =>
  snoozedUntil && { until: snoozedUntil, reason: snoozeReason ?? '', by: snoozedBy ?? '' }

/** Everything that is open in this scope. */
export async function openFindings(db: Database, scope: FindingScope): Promise<OpenFinding[]> {
  const rows = await db.finding.findMany({ where: { ...withinScope(scope), activeKey: { not: null } } })
  return rows.map(openFinding)
}

/** A first look at a host may open a thousand. */
const writeTimeoutMs = 60_000

/**
 * Writes what became of a scope's findings, and tells what opened and ended. `placeOf` says whose page and which host a new
 * one belongs to.
 */
export async function writeFindingChanges(
  db: Database,
  { opened, changed, closed, inDoubt }: FindingChanges,
  placeOf: (finding: Finding) => { projectId: number | null; host: string | null },
  asOf: Date,
): Promise<void> {
  if (opened.length > 0) await openAll(db, opened, placeOf, asOf)
  if (changed.length > 0) {
    const records = changed.map(({ id, finding }) => ({
      id,
      ...placeOf(finding),
      severity: finding.severity,
      value: keptValue(finding),
      since: finding.since,
    }))
    await db.$executeRaw`
      UPDATE "Finding" AS kept SET "projectId" = decided."projectId", host = decided.host, severity = decided.severity, value = decided.value,
        since = decided.since, "unknownSince" = NULL
      FROM jsonb_to_recordset(${JSON.stringify(records)}::jsonb) AS decided (
        id text, "projectId" int, host text, severity text, value jsonb, since timestamptz)
      WHERE kept.id = decided.id AND kept."activeKey" IS NOT NULL`
  }
  if (closed.length > 0) await closeAndTell(db, { id: { in: closed } }, asOf)
  if (inDoubt.length > 0) {
    await db.finding.updateMany({
      where: { id: { in: inDoubt }, activeKey: { not: null } },
      data: { unknownSince: asOf },
    })
  }
}

async function openAll(
  db: Database,
  opened: readonly Finding[],
  placeOf: (finding: Finding) => { projectId: number | null; host: string | null },
  asOf: Date,
): Promise<void> {
  const data = opened.map((finding) => ({
    ...placeOf(finding),
    activeKey: findingKey(finding),
    kind: finding.kind,
    subject: subjectKey(finding.subject),
    environmentId: finding.subject.kind === 'environment' ? BigInt(finding.subject.environmentId) : null,
    severity: finding.severity,
    value: keptValue(finding) as object,
    since: finding.since,
    openedAt: asOf,
  }))
  await db.$transaction(
    async (tx) => {
      // Two who decide at once find the same: the first one's is kept, and told.
      const rows = await tx.finding.createManyAndReturn({ data, skipDuplicates: true })
      await tellFindings(tx, 'finding-opened', await storedFindings(tx, rows), asOf)
    },
    { timeout: writeTimeoutMs },
  )
}

const closeAndTell = (db: Database, where: Prisma.FindingWhereInput, asOf: Date): Promise<void> =>
  db.$transaction(
    async (tx) => {
      const rows = await closeFindings(tx, where, asOf)
      await tellFindings(tx, 'finding-ended', await storedFindings(tx, rows), asOf)
    },
    { timeout: writeTimeoutMs },
  )

const closeFindings = (db: Database | Transaction, where: Prisma.FindingWhereInput, asOf: Date): Promise<Row[]> =>
  db.finding.updateManyAndReturn({
    where: { ...where, activeKey: { not: null } },
    data: { activeKey: null, closedAt: asOf, unknownSince: null },
  })

/** Ends, without a word, what no decision speaks for any more: findings of projects and hosts that Berth does not show. */
export async function closeAbandonedFindings(
  db: Database,
  shown: { projectIds: readonly number[]; hosts: readonly string[]; heroku: boolean },
  asOf: Date,
): Promise<number> {
  const ofProjects = { kind: { in: [...environmentFindingKinds] }, projectId: { notIn: [...shown.projectIds] } }
  const ofHosts = { kind: { in: [...hostFindingKinds] }, host: { notIn: [...shown.hosts] } }
  const ofHeroku = { kind: { in: shown.heroku ? [] : [...herokuFindingKinds] } }
  return (await closeFindings(db, { OR: [ofProjects, ofHosts, ofHeroku] }, asOf)).length
}

export async function forgetClosedFindings(db: Database, closedBefore: Date): Promise<void> {
  await db.finding.deleteMany({ where: { closedAt: { lt: closedBefore } } })
}

/** Sets an open finding aside until a day, or (`null`) takes that back. `null` when no such finding is open. */
export async function snooze(db: Database, id: string, given: Snooze | null): Promise<StoredFinding | null> {
  const { count } = await db.finding.updateMany({
    where: { id, activeKey: { not: null } },
    data: {
      snoozedUntil: given?.until ?? null,
      snoozeReason: given?.reason ?? null,
      snoozedBy: given?.by ?? null,
    },
  })
  return count > 0 ? findingById(db, id) : null
}

export async function findingById(db: Database, id: string): Promise<StoredFinding | null> {
  const row = await db.finding.findUnique({ where: { id } })
  const [finding] = row ? await storedFindings(db, [row]) : []
  return finding ?? null
}

export async function storedFindings(db: Database | Transaction, rows: readonly Row[]): Promise<StoredFinding[]> {
  const projectIds = [...new Set(rows.flatMap(({ projectId }) => projectId ?? []))]
  const projects = await db.project.findMany({
    where: { id: { in: projectIds } },
    select: { id: true, pathWithNamespace: true },
  })
  const paths = new Map(projects.map(({ id, pathWithNamespace }) => [id, pathWithNamespace]))
  return rows.map((row) => ({
    ...openFinding(row),
    projectPath: (row.projectId !== null && paths.get(row.projectId)) || null,
    host: row.host,
    openedAt: row.openedAt,
    closedAt: row.closedAt,
  }))
}
