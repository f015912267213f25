import { z } from 'zod'
import type { Context } from '#lib/context.ts'
import { type AuditOutcome, auditOutcomes } from '#lib/db/audit.ts'
import {
  type AuditFilter,
  type AuditPage,
  auditBatches,
  auditNames,
  type OperationPlace,
  operationPlaces,
  readAuditPage,
  type StoredAuditEntry,
} from '#lib/db/audit-page.ts'
import { together } from '#lib/db/together.ts'
import { roleIn, seenProjects } from '#lib/domain/access.ts'
import { BerthError } from '#lib/domain/errors.ts'
import { sightKey } from './sight.ts'

export type { AuditOutcome, OperationPlace, StoredAuditEntry }
export { auditOutcomes }

export const activityPageSize = 50

const exportBatchSize = 500

/** The filter as an address says it; `null` does not ask. */
export interface ActivityQuery {
  projectId: number | null
  actor: string | null
  action: string | null
  outcome: AuditOutcome | null
  /** A day (`2026-11-23`, in UTC) or an instant; what happened then is in. */
  from: string | null
  /** A day, which is in, or an instant, which is out. */
  to: string | null
  /** Only entries before this number. */
  before: number | null
}

export interface ActivityEntry extends StoredAuditEntry {
  /** `null` for a project that Berth does not show any more, and where there is none. */
  projectPath: string | null
  /** `null` too where its project is not shown: there is no page to follow it on. */
  operation: OperationPlace | null
}

export interface ActivityPage extends Omit<AuditPage, 'entries'> {
  entries: ActivityEntry[]
  /** What can be chosen. */
  projects: { id: number; path: string }[]
  actors: string[]
  actions: string[]
}

const moment = z.union([z.iso.date(), z.iso.datetime({ offset: true })])
const filterFields = {
  project: z.coerce.number().int().min(1).max(2_147_483_647).optional(),
  actor: z.string().max(200).optional(),
  action: z.string().max(100).optional(),
  outcome: z.enum(auditOutcomes).optional(),
  from: moment.optional(),
  to: moment.optional(),
}
const pageQuery = z.object({ ...filterFields, before: z.coerce.number().int().min(1).optional() })
const exportQuery = z.strictObject({ ...filterFields, format: z.enum(['csv', 'json']).default('json') })

/** Reads the page's part of an address, forgiving: what cannot be meant is not asked for. */
export function parseActivityQuery(params: Record<string, string | string[] | undefined>): ActivityQuery {
  const asked = given(Object.entries(params))
  const parsed = pageQuery.safeParse(asked)
  if (parsed.success) return queryOf(parsed.data)
  const strange = new Set(parsed.error.issues.map(({ path }) => path[0]))
  return queryOf(pageQuery.parse(given(Object.entries(asked).filter(([name]) => !strange.has(name)))))
}

/** The same, strict: an export that says more than was asked for would be believed. Throws `invalid`. */
export function parseAuditExport(params: URLSearchParams): { query: ActivityQuery; format: 'csv' | 'json' } {
  const parsed = exportQuery.safeParse(given(params))
  if (!parsed.success) {
    throw new BerthError('invalid', 'berth', z.prettifyError(parsed.error).replace(/\s*\n\s*/g, ' '))
  }
  const { format, ...fields } = parsed.data
  return { query: queryOf(fields), format }
}

/** One page of who did what, with where each operation is followed. */
export function activityList(ctx: Context, query: ActivityQuery): Promise<ActivityPage> {
  return together(`activity ${sightKey(ctx)} ${ctx.actor.name} ${JSON.stringify(query)}`, () =>
    readActivity(ctx, query),
  )
}

/** All that the filter lets through, newest first, a batch at a time. */
export function auditExport(ctx: Context, query: ActivityQuery): AsyncIterable<StoredAuditEntry[]> {
  return auditBatches(ctx.db, filterOf(ctx, query), exportBatchSize)
}

async function readActivity(ctx: Context, query: ActivityQuery): Promise<ActivityPage> {
  const { db } = ctx
  const filter = filterOf(ctx, query)
  const [page, names, shown] = await Promise.all([
    readAuditPage(db, filter, { before: query.before, pageSize: activityPageSize }),
    auditNames(db, filter),
    db.project.findMany({ select: { id: true, pathWithNamespace: true }, orderBy: { pathWithNamespace: 'asc' } }),
  ])
  const places = await operationPlaces(
    db,
    page.entries.flatMap(({ operationId }) => operationId ?? []),
  )
  const isSeen = ({ id }: { id: number }) => roleIn(ctx.actor, id) !== null
  const paths = new Map(shown.filter(isSeen).map(({ id, pathWithNamespace }) => [id, pathWithNamespace]))
  return {
    ...page,
    entries: page.entries.map((entry) => {
      const projectPath = (entry.projectId !== null && paths.get(entry.projectId)) || null
      const operation = (projectPath !== null && entry.operationId !== null && places.get(entry.operationId)) || null
      return { ...entry, projectPath, operation }
    }),
    projects: [...paths].map(([id, path]) => ({ id, path })),
    ...names,
  }
}

/** What a form sends empty was not filled in. */
function given(entries: Iterable<[string, string | string[] | undefined]>) {
  return Object.fromEntries([...entries].filter(([, value]) => value !== undefined && value !== ''))
}

function queryOf({ project, ...fields }: z.infer<typeof pageQuery>): ActivityQuery {
  const nothing = { actor: null, action: null, outcome: null, from: null, to: null, before: null }
  return { ...nothing, ...fields, projectId: project ?? null } as ActivityQuery
}

/** Everybody sees what they did themselves, and what was done in the projects that they see. */
function filterOf(ctx: Context, { from, to, before: _, ...query }: ActivityQuery): AuditFilter {
  const seen = seenProjects(ctx.actor)
  const until = to === null ? null : new Date(to)
  if (until && to?.length === '2026-11-23'.length) until.setUTCDate(until.getUTCDate() + 1)
  const sight = seen === 'all' ? 'all' : { projectIds: seen, actor: ctx.actor.name }
  return { ...query, from: from === null ? null : new Date(from), until, sight }
}
