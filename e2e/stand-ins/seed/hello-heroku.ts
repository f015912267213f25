import { createRepository, readCommits, writeCommits } from '../gitlab/repository.ts'
import type { World } from '../gitlab/world.ts'
import type { SeedApp as SeedHerokuApp } from '../heroku/seed.ts'
import type { SeedApps } from './hello-app.ts'
import { commit, emptyHistory, railsFiles } from './history.ts'
import { day, emptyProject, environmentNamed, hour, later, recordMergeRequest, recordPipeline } from './past.ts'
import { person } from './people.ts'

const app = 'hello-heroku'
const path = `hello/${app}`
const branch = 'feature/dark-theme'

/** On `master`, oldest first, with the tag that each got and how many hours ago it was pushed. */
const pushes: { message: string; hoursAgo: number; tag?: string }[] = [
  { message: 'Initial commit', hoursAgo: 900 },
  { message: 'Deploy to Heroku by dpl', hoursAgo: 700, tag: 'v1.0.0' },
  { message: '問い合わせフォーム', hoursAgo: 420 },
  { message: 'Send mails in the background', hoursAgo: 330, tag: 'v1.1.0' },
  { message: 'Count what is asked most', hoursAgo: 170, tag: 'v1.2.0' },
  { message: 'Answer in the language of the question', hoursAgo: 50 },
  { message: '検索を速くする', hoursAgo: 4 },
]

/** The talk's variant 2: `master` to staging and tags to production on Heroku by `dpl`, review apps on Dokku. */
export async function seedHelloHeroku(
  world: World,
  { asOf, repository }: { asOf: Date; repository: string },
): Promise<SeedApps & { heroku: SeedHerokuApp[] }> {
  const createdAt = later(asOf, -40 * day)
  const project = emptyProject(44, { path, description: 'GitLab + Dokku + Heroku', createdAt })
  project.production = { by: 'tag', on: 'heroku', environments: ['production'] }
  world.projects.set(project.id, project)
  const history = emptyHistory()
  const times = pushes.map(({ hoursAgo }) => later(asOf, -hoursAgo * hour))
  pushes.forEach(({ message }, index) => {
    const author = person(index % 2 === 0 ? 'midori' : 'kenta')
    commit(history, { app, branch: 'master', message, author, at: times[index] as Date, files: railsFiles })
  })
  const reviewedAt = later(asOf, -26 * hour)
  commit(history, { app, branch, message: 'Dark theme', author: person('aoife'), at: reviewedAt })
  await createRepository(repository)
  const shas = await writeCommits(repository, history.drafts)
  project.repository = repository
  project.commits = await readCommits(repository)
  project.branches.set('master', shas[pushes.length - 1] as string)
  project.branches.set(branch, shas.at(-1) as string)

  pushes.forEach(({ tag }, index) => {
    const [sha, at] = [shas[index] as string, times[index] as Date]
    const pushed = { sha, user: person('midori'), at }
    recordPipeline(world, project, { ...pushed, ref: 'master', tag: false }, { rake: 'success', staging: 'success' })
    if (!tag) return
    project.tags.set(tag, sha)
    const tagged = { ...pushed, ref: tag, tag: true, at: later(at, 20 * hour) }
    recordPipeline(world, project, tagged, { rake: 'success', production: 'success' })
  })
  const review = { sha: shas.at(-1) as string, user: person('aoife'), at: reviewedAt, ref: branch, tag: false }
  recordPipeline(world, project, review, { rake: 'success', review: 'success' })
  recordMergeRequest(world, project, {
    title: 'Dark theme',
    sourceBranch: branch,
    author: person('aoife'),
    sha: review.sha,
    createdAt: reviewedAt,
  })
  const { slug } = environmentNamed(project, `review/${branch}`)
  const deploy = (index: number, afterHours: number) => ({
    sha: shas[index] as string,
    at: later(times[index] as Date, afterHours * hour),
  })
  const config = {
    TZ: 'Asia/Tokyo',
    RAILS_ENV: 'production',
    SECRET_KEY_BASE: 'not for anybody',
    DATABASE_URL: 'postgres://u:p@db/app',
  }
  const taggedAt = pushes.flatMap(({ tag }, index) => (tag ? [index] : []))
  return {
    review: [
      {
        name: slug,
        repo: repository,
        sha: review.sha,
        createdAt: reviewedAt,
        database: { name: `${slug}-database`, linked: true },
      },
    ],
    production: [],
    heroku: [
      {
        name: `${app}-staging`,
        webName: `${app}-staging`,
        createdAt,
        deploys: pushes.map((_, index) => deploy(index, 0.1)),
        formation: { web: 1, worker: 0 },
        size: 'basic',
        config: { ...config, RACK_DEV_MARK_ENV: 'staging' },
      },
      {
        name: app,
        domains: [`www.${app}.localhost`],
        createdAt,
        deploys: taggedAt.map((index) => deploy(index, 20.1)),
        formation: { web: 2, worker: 1 },
        config,
      },
    ],
  }
}
