import { type FindingKind, findingKinds, type StoredFinding } from '#lib/domain/finding.ts'
import { countingFindingKinds } from '#lib/domain/finding-sight.ts'
import type { Database } from './client.ts'
import { storedFindings } from './findings.ts'
import type { Prisma } from './generated/client.ts'

/** What of all findings is to be read. */
export interface FindingQuery {
  projectId: number | null
  host: string | null
  kind: FindingKind | null
  state: FindingListState
  /** Counts from 1. */
  page: number
}

export const findingListStates = ['open', 'snoozed', 'closed'] as const
export type FindingListState = (typeof findingListStates)[number]

/** One page, newest first, critical ones before all others; a page past the end is the last. */
export interface FindingPage {
  findings: StoredFinding[]
  total: number
  page: number
  pageSize: number
  /** Of the project and host asked for; `byKind` of the open ones. */
  counts: Record<FindingListState, number> & { byKind: Record<FindingKind, number> }
}

export async function readFindingPage(
  db: Database,
  query: FindingQuery,
  { pageSize, asOf, seen }: { pageSize: number; asOf: Date; seen: 'all' | number[] },
): Promise<FindingPage> {
  const scope: Prisma.FindingWhereInput = {
    AND: [
      query.projectId === null ? {} : { projectId: query.projectId },
      query.host === null ? {} : { host: query.host },
      visibleTo(seen),
    ],
  }
  const states = byState(asOf)
  const matching = {
    AND: [scope, states[query.state], query.kind === null ? {} : { kind: query.kind }],
  } satisfies Prisma.FindingWhereInput
  const counting = (state: FindingListState) => db.finding.count({ where: { AND: [scope, states[state]] } })
  const [total, open, snoozed, closed, kinds] = await Promise.all([
    db.finding.count({ where: matching }),
    counting('open'),
    counting('snoozed'),
    counting('closed'),
    db.finding.groupBy({ by: ['kind'], where: { AND: [scope, states.open] }, _count: true }),
  ])
  const page = Math.min(query.page, Math.max(1, Math.ceil(total / pageSize)))
  const rows = await db.finding.findMany({
    where: matching,
    orderBy:
      query.state === 'closed'
        ? [{ closedAt: 'desc' }, { id: 'desc' }]
        : // `attention` comes before `critical` in the alphabet.
          [{ severity: 'desc' }, { since: 'desc' }, { id: 'desc' }],
    skip: (page - 1) * pageSize,
    take: pageSize,
  })
  const counted = new Map(kinds.map(({ kind, _count }) => [kind, _count]))
  return {
    findings: await storedFindings(db, rows),
    total,
    page,
    pageSize,
    counts: {
      open,
      snoozed,
      closed,
      byKind: Object.fromEntries(
        findingKinds.map((kind) => [kind, counted.get(kind) ?? 0]),
      ) as FindingPage['counts']['byKind'],
    },
  }
}

/** The condition by which `seesFinding` holds: of a project that is seen, or about a host itself. */
export function visibleTo(seen: 'all' | number[]): Prisma.FindingWhereInput {
  if (seen === 'all') return {}
  const aboutHosts = { projectId: null, subject: { startsWith: 'host:' }, kind: { notIn: [...countingFindingKinds] } }
  return { OR: [{ projectId: { in: seen } }, aboutHosts, { projectId: null, subject: 'heroku' }] }
}

/** A snooze that ended is none. */
const byState = (asOf: Date): Record<FindingListState, Prisma.FindingWhereInput> => ({
  open: { activeKey: { not: null }, OR: [{ snoozedUntil: null }, { snoozedUntil: { lte: asOf } }] },
  snoozed: { activeKey: { not: null }, snoozedUntil: { gt: asOf } },
  closed: { closedAt: { not: null } },
})

/** What is open about these subjects, by `subjectKey`; snoozed ones too, the worst first. */
export async function findingsOf(db: Database, subjects: readonly string[]): Promise<StoredFinding[]> {
  const rows = await db.finding.findMany({
    where: { subject: { in: [...subjects] }, activeKey: { not: null } },
    orderBy: [{ severity: 'desc' }, { since: 'asc' }],
  })
  return storedFindings(db, rows)
}

/** What is open about a host and everything on it, the worst first. */
export async function findingsOnHost(db: Database, host: string): Promise<StoredFinding[]> {
  const rows = await db.finding.findMany({
    where: { host, activeKey: { not: null } },
    orderBy: [{ severity: 'desc' }, { since: 'desc' }],
  })
  return storedFindings(db, rows)
}
