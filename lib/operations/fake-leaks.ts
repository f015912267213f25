import type { Database } from '#lib/db/client.ts'
import type { MergeRequest } from '#lib/domain/merge-request.ts'
import { fakeDeployment, fakeEnvironment, fakeJob } from './fake-gitlab.ts'
import type { FakeWorld } from './fake-world.ts'

const observedAt = new Date('2026-11-23T09:59:00Z')
const staleStop = new Date('2026-11-20T09:00:00Z')

/** What one leaked review app is called everywhere. */
export const leak = (index: number) => ({
  environmentId: 100 + index,
  subject: `environment:${100 + index}`,
  name: `review/leak-${index}`,
  branch: `leak-${index}`,
  app: `review-leak-${index}`,
  database: `review-leak-${index}-database`,
})

/** Review apps that GitLab stopped and that are still on the host with their databases, in the fakes and as sync has seen them. */
export async function leakReviewApps(fake: FakeWorld, db: Database, count: number): Promise<string[]> {
  const leaks = Array.from({ length: count }, (_, index) => leak(index + 1))
  for (const { environmentId, name, branch, app, database } of leaks) {
    const environment = fakeEnvironment({ id: environmentId, name, slug: app, state: 'stopped' })
    const job = fakeJob({ id: 1000 + environmentId, name: 'review', status: 'success', ref: branch })
    fake.gitlab.environmentList.push(environment)
    fake.gitlab.deployments.push(fakeDeployment(environment, job, environmentId, 'success'))
    fake.host.apps.set(app, { sha: null, status: 'running' })
    fake.host.databases.add(database)
  }
  const host = 'review'
  await db.environment.createMany({
    data: leaks.map(({ environmentId, name, app }) => ({
      id: BigInt(environmentId),
      projectId: 42,
      name,
      slug: app,
      state: 'stopped',
      tier: 'development',
      createdAt: staleStop,
      updatedAt: staleStop,
      stateSince: staleStop,
      observedAt,
    })),
    skipDuplicates: true,
  })
  await db.dokkuApp.createMany({
    data: leaks.map(({ app }) => ({ host, name: app, observedAt, domains: [] })),
    skipDuplicates: true,
  })
  await db.dokkuService.createMany({
    data: leaks.map(({ database, app }) => ({ host, plugin: 'postgres', name: database, links: [app], observedAt })),
    skipDuplicates: true,
  })
  await db.boardRow.createMany({
    data: leaks.map(({ environmentId, name, branch }) => ({
      projectId: 42,
      key: `e${environmentId}`,
      zone: 'branch',
      branchName: branch,
      environmentId: BigInt(environmentId),
      search: name,
      health: 'attention',
      healthRank: 1,
      environmentState: 'stopped',
      mergeRequestState: 'merged',
      findingKinds: [],
      author: '',
      activeAt: observedAt,
      hash: '',
      value: JSON.parse(
        JSON.stringify({
          environment: { id: environmentId },
          branch: null,
          mergeRequest: null,
          deployment: { changedAt: new Date('2026-11-01T09:00:00Z') },
          newer: null,
        }),
      ),
    })),
    skipDuplicates: true,
  })
  return leaks.map(({ subject }) => subject)
}

/** A merge request as GitLab tells it just now. */
export function fakeMergeRequest(iid: number, sourceBranch: string, state: MergeRequest['state']): MergeRequest {
  const at = new Date('2026-11-23T10:00:00Z')
  return {
    iid,
    title: `Change ${sourceBranch}`,
    state,
    draft: false,
    sourceBranch,
    targetBranch: 'master',
    sourceProjectId: 42,
    authorName: 'Yuki',
    authorUsername: 'yuki',
    labels: [],
    sha: null,
    mergeCommitSha: null,
    squashCommitSha: null,
    webUrl: `https://git/hello/-/merge_requests/${iid}`,
    createdAt: at,
    updatedAt: at,
    mergedAt: null,
    closedAt: null,
  }
}
