import type { Database } from '#lib/db/client.ts'
import { keepHosts, writeProjects } from '#lib/db/observations-projects.ts'
import {
  branch,
  deployment,
  emptyGitlab,
  environment,
  type FakeHostState,
  fakeWorld,
  project,
  startAt,
} from './fake-world.ts'

/** For tests: a project whose branch `fix` was deployed to `review/fix`, environment 3, and these hosts; nobody has looked yet. */
export async function reviewWorld(db: Database, hosts: Record<string, FakeHostState>) {
  const gitlab = emptyGitlab()
  const fix = environment(3, 'review/fix')
  gitlab.branches = [branch('fix')]
  gitlab.environments = [fix]
  gitlab.deployments = [deployment(3, fix, 'fix')]
  await writeProjects(db, [project(42)], startAt)
  await keepHosts(
    db,
    Object.keys(hosts).map((name) => ({ name, address: `${name}.test`, port: 22 })),
  )
  return { gitlab, world: fakeWorld(db, gitlab, hosts) }
}
