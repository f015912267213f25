import type { BoardRow } from '#lib/domain/board.ts'
import { isSnoozed, type Snooze } from '#lib/domain/finding.ts'
import type { Mapping } from '#lib/domain/mapping.ts'
import type { PolicyMemory, PolicySubject } from '#lib/domain/policy.ts'
import { retryMs } from '#lib/domain/policy-intent.ts'
import type { ProjectSettings } from '#lib/domain/settings.ts'
import { isTooOld, type Sight } from '#lib/domain/source.ts'
import { appProtection } from '#lib/domain/sweep-protection.ts'
import { sweptFindingKinds } from '#lib/domain/sweepability.ts'
import { belongings } from './belongings.ts'
import type { Database } from './client.ts'
import type { MergeRequest } from './generated/client.ts'
import { revive } from './json.ts'
import { policyMemory } from './policies.ts'
import { projectSettings } from './settings.ts'

/** What the environments of one project are judged by, besides their rows. */
interface Grounds {
  mergeRequests: ReadonlyMap<number, MergeRequest>
  sight(sourceId: string): Sight
  /** Environments of which a finding is open that nobody can tell any more. */
  unknown: ReadonlySet<number>
  busy: ReadonlyMap<number, string>
  failedAt: ReadonlyMap<number, Date>
  protectionOf(row: BoardRow): string | null
}

const neverSeen: Sight = { observedAt: null, failingSince: null }

/** Every environment of the project that is up and not of the lane, as its policies judge it. Nothing is asked of GitLab or Dokku. */
async function policySubjects(
  db: Database,
  projectId: number,
  known: { hosts: readonly string[]; mappingOf(pathWithNamespace: string): Mapping; asOf: Date },
): Promise<PolicySubject[]> {
  const kept = await db.boardRow.findMany({
    where: { projectId, zone: 'branch', environmentState: 'available' },
    select: { value: true, branchName: true },
    orderBy: { key: 'asc' },
  })
  if (kept.length === 0) return []
  const rows = kept.map(({ value, branchName }) => ({ row: revive<BoardRow>(value), branchName }))
  const grounds = await groundsOf(
    db,
    projectId,
    rows.map(({ row }) => row),
    known,
  )
  return rows.flatMap(({ row, branchName }) => subjectOf(row, branchName, grounds, known.asOf) ?? [])
}

async function groundsOf(
  db: Database,
  projectId: number,
  rows: readonly BoardRow[],
  known: { hosts: readonly string[]; mappingOf(pathWithNamespace: string): Mapping; asOf: Date },
): Promise<Grounds> {
  const [owned, sources, mergeRequests, unknown, running, failed] = await Promise.all([
    belongings(db, known),
    db.source.findMany({
      where: { OR: [{ id: `gitlab:${projectId}` }, { id: { startsWith: 'dokku:' } }] },
      select: { id: true, observedAt: true, failingSince: true },
    }),
    db.mergeRequest.findMany({
      where: { projectId, iid: { in: rows.flatMap(({ mergeRequest }) => mergeRequest?.iid ?? []) } },
    }),
    db.finding.findMany({
      where: { projectId, activeKey: { not: null }, unknownSince: { not: null }, kind: { in: [...sweptFindingKinds] } },
      select: { environmentId: true },
    }),
    db.operation.findMany({
      where: { projectId, status: 'running', environmentId: { not: null } },
      select: { environmentId: true, kind: true, requestedBy: true },
    }),
    db.operation.findMany({
      where: {
        projectId,
        kind: 'stop',
        requestedVia: 'policy',
        status: { in: ['failed', 'canceled'] },
        endedAt: { gt: new Date(known.asOf.getTime() - retryMs) },
      },
      orderBy: { endedAt: 'asc' },
      select: { environmentId: true, endedAt: true },
    }),
  ])
  const sights = new Map(sources.map(({ id, ...sight }) => [id, sight]))
  const claims = Map.groupBy(owned.claims, ({ app }) => `${app.host}/${app.app}`)
  return {
    mergeRequests: new Map(mergeRequests.map((one) => [one.iid, one])),
    sight: (sourceId) => sights.get(sourceId) ?? neverSeen,
    unknown: new Set(unknown.map(({ environmentId }) => Number(environmentId))),
    busy: new Map(
      running.map(({ environmentId, kind, requestedBy }) => [
        Number(environmentId),
        `Berth is busy with it: ${kind.replace('app.', '')}, asked for by ${requestedBy}.`,
      ]),
    ),
    failedAt: new Map(
      failed.flatMap(({ environmentId, endedAt }) => (endedAt ? [[Number(environmentId), endedAt]] : [])),
    ),
    protectionOf({ app, environment }) {
      if (!app) return null
      // The same rule as for a sweep, given only the claims that it would pick out of ten thousand.
      const sweeper = { projectId, environmentId: environment?.id ?? null }
      return appProtection(app, sweeper, { ...owned, claims: claims.get(`${app.host}/${app.app}`) ?? [] })
    },
  }
}

function subjectOf(row: BoardRow, branchName: string | null, grounds: Grounds, asOf: Date): PolicySubject | null {
  const { environment, branch, deployment, newer } = row
  if (!environment) return null
  const mergeRequest = (row.mergeRequest && grounds.mergeRequests.get(row.mergeRequest.iid)) ?? null
  const tried = [newer, deployment].find(
    (one) => one && one.status !== 'blocked' && one.status !== 'created' && one.status !== 'skipped',
  )
  return {
    environment,
    branchName: branchName ?? branch?.name ?? null,
    branch: branch && {
      isDefault: branch.isDefault,
      isProtected: branch.isProtected,
      committedAt: branch.commit.committedAt,
    },
    mergeRequest: mergeRequest && standingOf(mergeRequest),
    author: mergeRequest?.authorUsername ?? branch?.commit.authorName ?? deployment?.by ?? '',
    lastDeployedAt: tried?.changedAt ?? null,
    isDeploying: newer?.status === 'running',
    protection: grounds.protectionOf(row),
    snooze: snoozeOf(row, asOf),
    doubt: doubtOf(row, grounds, asOf),
    busy: grounds.busy.get(environment.id) ?? null,
    failedAt: grounds.failedAt.get(environment.id) ?? null,
  }
}

/** What a policy asks of a merge request, as it is kept or as GitLab tells it just now. */
export const standingOf = ({
  iid,
  state,
  labels,
  mergedAt,
  closedAt,
}: Pick<MergeRequest, 'iid' | 'state' | 'labels' | 'mergedAt' | 'closedAt'>): NonNullable<
  PolicySubject['mergeRequest']
> => ({
  iid,
  state: state as NonNullable<PolicySubject['mergeRequest']>['state'],
  labels,
  endedAt: mergedAt ?? closedAt,
})

const snoozeOf = ({ findings }: BoardRow, asOf: Date): Snooze | null =>
  findings.find((finding) => sweptFindingKinds.includes(finding.kind) && isSnoozed(finding, asOf))?.snooze ?? null

function doubtOf(
  { projectId, app, environment, gitlab, mergeRequest }: BoardRow,
  grounds: Grounds,
  asOf: Date,
): string | null {
  if (gitlab.health === 'unknown' || isTooOld(grounds.sight(`gitlab:${projectId}`), asOf)) {
    return 'GitLab has been silent about this project.'
  }
  if (app && isTooOld(grounds.sight(`dokku:${app.host}`), asOf)) return `Dokku host ${app.host} has been silent.`
  if (grounds.unknown.has(environment?.id ?? 0)) return 'Whether it is left over cannot be told now.'
  if (mergeRequest && !grounds.mergeRequests.has(mergeRequest.iid)) return 'Its merge request was not read yet.'
  return null
}

/** Everything that a policy plan of this project is made of. */
export interface PolicyGrounds {
  subjects: PolicySubject[]
  settings: ProjectSettings
  memory: PolicyMemory
}

export async function policyGrounds(
  db: Database,
  projectId: number,
  known: { hosts: readonly string[]; mappingOf(pathWithNamespace: string): Mapping; asOf: Date },
): Promise<PolicyGrounds> {
  const [subjects, settings, memory] = await Promise.all([
    policySubjects(db, projectId, known),
    projectSettings(db, projectId),
    policyMemory(db, projectId),
  ])
  return { subjects, settings, memory }
}
