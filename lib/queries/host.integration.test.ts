import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Context } from '#lib/context.ts'
import { type FreshDatabase, freshDatabase } from '#lib/db/fresh-database.ts'
import { addNamingClaim } from '#lib/db/naming-claims.ts'
import { keepHosts, writeProjects } from '#lib/db/observations-projects.ts'
import { everywhere } from '#lib/domain/access.ts'
import { syncHost } from '#lib/sync/dokku.ts'
import { branch, emptyGitlab, emptyHost, environment, fakeWorld, project, startAt } from '#lib/sync/fake-world.ts'
import { syncProject } from '#lib/sync/gitlab.ts'
import { hostDetail, hostList } from './host.ts'

let database: FreshDatabase
beforeAll(async () => {
  database = await freshDatabase()
})
afterAll(() => database?.drop())

test('a host is read with whose everything on it is, and why it may not be destroyed', async () => {
  const gitlab = emptyGitlab()
  const review = emptyHost()
  const ctx: Context = {
    ...fakeWorld(database.db, gitlab, { review }),
    actor: { kind: 'operator', name: 'aiko', via: 'page', personId: null, access: everywhere('maintainer') },
  }
  await writeProjects(database.db, [project(42)], startAt)
  await keepHosts(database.db, [{ name: 'review', address: 'review.test', port: 22 }])
  gitlab.branches = [branch('fix')]
  gitlab.environments = [environment(3, 'review/fix')]
  review.look.apps = ['grafana', 'review-fix', 'review-old'].map((name) => ({
    name,
    createdAt: startAt,
    locked: false,
    deployedSha: null,
    sourceImage: null,
    deployedAt: startAt,
  }))
  review.look.services = [{ plugin: 'postgres', name: 'review-fix-database' }]
  const claim = { projectId: 42, host: 'review', pattern: 'review-*', claimedBy: 'aiko', claimedAt: startAt }
  await addNamingClaim(database.db, claim)
  expect(await addNamingClaim(database.db, { ...claim, projectId: 9 })).toBeNull()
  await syncProject(ctx, 42, 'full')
  await syncHost(ctx, 'review')

  const detail = await hostDetail(ctx, 'review')
  expect(detail.apps).toMatchObject([
    { name: 'grafana', belonging: 'not-ours', projectId: null, protection: expect.stringContaining('not ours') },
    { name: 'review-fix', belonging: 'mapped', environmentName: 'review/fix', protection: null },
    { name: 'review-old', belonging: 'claimed', projectPath: 'team/project-42', protection: null },
  ])
  expect(detail.services).toMatchObject([{ name: 'review-fix-database', environmentId: 3, protection: null }])
  expect(detail.claims).toMatchObject([{ pattern: 'review-*', projectPath: 'team/project-42' }])
  expect(detail.findings.map(({ kind }) => kind)).toEqual(['app-without-environment'])
  expect(await hostList(ctx)).toMatchObject([
    { host: { name: 'review' }, apps: 3, services: 1, findings: { critical: 0, attention: 1 } },
  ])
  await expect(hostDetail(ctx, 'nowhere')).rejects.toMatchObject({ kind: 'not-found' })
})
