import { createRepository, readCommits, writeCommits } from '../gitlab/repository.ts'
import type { World } from '../gitlab/world.ts'
import type { SeedApps } from './hello-app.ts'
import { commit, emptyHistory } from './history.ts'
import { day, emptyProject, hour, later, recordPipeline } from './past.ts'
import { person } from './people.ts'

const app = 'handbook'

/** A quiet project: everything on staging is on production, and nobody is at work. */
export async function seedHandbook(
  world: World,
  { asOf, repository }: { asOf: Date; repository: string },
): Promise<SeedApps> {
  const createdAt = later(asOf, -90 * day)
  const project = emptyProject(43, { path: 'hello/handbook', description: 'How we work', createdAt })
  world.projects.set(project.id, project)
  const history = emptyHistory()
  const titles = ['Initial commit', '休暇の取り方', 'How we review', 'On call']
  titles.forEach((message, index) => {
    const at = later(asOf, -(80 - index * 22) * day)
    commit(history, {
      app,
      branch: 'master',
      message,
      author: person('midori'),
      at,
      files: { Procfile: 'web: puma\n' },
    })
  })
  await createRepository(repository)
  const shas = await writeCommits(repository, history.drafts)
  const head = shas.at(-1) as string
  project.repository = repository
  project.commits = await readCommits(repository)
  project.branches.set('master', head)
  for (const sha of shas.slice(1)) {
    const at = project.commits.get(sha)?.committedAt as Date
    const production = { ended: 'success', at: later(at, 2 * hour), by: person('midori') } as const
    recordPipeline(
      world,
      project,
      { ref: 'master', sha, user: person('midori'), at },
      { rake: 'success', staging: 'success', production },
    )
  }
  const deployed = { repo: repository, sha: head, createdAt }
  return {
    review: [],
    production: [
      { ...deployed, name: `${app}-staging` },
      { ...deployed, name: app },
    ],
  }
}
