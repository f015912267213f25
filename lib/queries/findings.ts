import { z } from 'zod'
import type { Context } from '#lib/context.ts'
import {
  type FindingPage,
  type FindingQuery,
  findingListStates,
  findingsOf,
  readFindingPage,
} from '#lib/db/finding-page.ts'
import { together } from '#lib/db/together.ts'
import { seenProjects } from '#lib/domain/access.ts'
import { findingKinds, type StoredFinding } from '#lib/domain/finding.ts'
import { findingFor, seesFinding } from '#lib/domain/finding-sight.ts'
import { sightKey } from './sight.ts'

export type { FindingPage, FindingQuery }

export const findingPageSize = 50

const findingQuery = z.object({
  project: z.coerce.number().int().min(1).max(2_147_483_647).nullable().catch(null),
  host: z
    .string()
    .regex(/^[a-z0-9-]{1,100}$/)
    .nullable()
    .catch(null),
  kind: z.enum(findingKinds).nullable().catch(null),
  state: z.enum(findingListStates).catch('open'),
  page: z.coerce.number().int().min(1).max(10_000).catch(1),
})

/** Reads the list's part of an address, forgiving: what cannot be meant is not asked for. */
export function parseFindingQuery(
  params: URLSearchParams | Record<string, string | string[] | undefined>,
): FindingQuery {
  const given = params instanceof URLSearchParams ? Object.fromEntries(params) : params
  const { project, ...query } = findingQuery.parse({
    project: given.project || null,
    host: given.host || null,
    kind: given.kind || null,
    state: given.state,
    page: given.page ?? 1,
  })
  return { projectId: project, ...query }
}

/** One page of all findings that the actor sees, of one project's or of one host's. */
export function findingList(ctx: Context, query: FindingQuery): Promise<FindingPage> {
  const seen = seenProjects(ctx.actor)
  return together(`findings ${sightKey(ctx)} ${JSON.stringify(query)}`, async () => {
    const page = await readFindingPage(ctx.db, query, { pageSize: findingPageSize, asOf: ctx.now(), seen })
    return { ...page, findings: page.findings.map((finding) => findingFor(ctx.actor, finding)) }
  })
}

/** What is open about these subjects (`environment:7`, `app:review/foo`, …), snoozed ones too, the worst first. */
export async function findingsAbout(ctx: Context, subjects: string[]): Promise<StoredFinding[]> {
  const findings = await findingsOf(ctx.db, subjects)
  return findings.filter((finding) => seesFinding(ctx.actor, finding)).map((finding) => findingFor(ctx.actor, finding))
}
