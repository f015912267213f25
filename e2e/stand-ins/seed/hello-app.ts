import type { SeedApp } from '../dokku/server.ts'
import { createRepository, deleteBranch, forgetBranch, readCommits, writeCommits } from '../gitlab/repository.ts'
import type { Project, World } from '../gitlab/world.ts'
import {
  app,
  helloAppHistory,
  longBranch,
  mergedWork,
  type OpenWork,
  openWork,
  path,
  quotedBranch,
} from './hello-app-history.ts'
import { day, emptyProject, environmentNamed, hour, later, minute, recordMergeRequest, recordPipeline } from './past.ts'
import { person } from './people.ts'

/** What the two Dokku hosts run. */
export interface SeedApps {
  review: SeedApp[]
  production: SeedApp[]
}

/** Titles of merge requests that are not merged, by branch. */
const mergeRequestTitles: Record<string, string> = {
  'feature/login-with-passkey': 'Sign in with a passkey',
  'feature/search-suggestions': '検索候補を出す',
  'fix/timezone-in-mailer': "Use the recipient's time zone in mails",
  'feature/pdf-export': '請求書を PDF で出力',
  'chore/upgrade-rails-8-1': 'Upgrade to Rails 8.1',
  'feature/comment-threads': 'Threads in comments',
  'fix/n-plus-one-on-index': 'Fewer queries on the index page',
  'spike/graphql': 'Spike: GraphQL',
  'feature/two-factor': 'Draft: Two-factor sign-in',
  [quotedBranch]: 'Quote names “as they are” <b>&amp;</b>',
  'feature/invoice-emails': 'Send invoices by mail',
  [longBranch]: 'Very long names everywhere',
}

interface Told {
  world: World
  project: Project
  asOf: Date
  /** Commit ids by branch, oldest first. */
  commitsOf: (branch: string) => string[]
  mergeSha: (iid: number) => string
}

const headOf = ({ commitsOf }: Told, branch: string): string => commitsOf(branch).at(-1) as string

/** Every merged branch had its review app; every merge went to staging, most were promoted the next morning. */
function tellMergedWork(told: Told): void {
  const { world, project, asOf } = told
  for (const work of mergedWork) {
    const author = person(work.author)
    const mergedAt = later(asOf, -work.minutesAgo * minute)
    const sha = headOf(told, work.branch)
    const pushedAt = later(mergedAt, -3 * hour)
    const stopFailed = work.iid === 6
    const stillUp = work.iid === 8
    recordPipeline(
      world,
      project,
      { ref: work.branch, sha, user: author, at: pushedAt },
      {
        rake: 'success',
        review: 'success',
        ...(stillUp
          ? {}
          : { stop_review: { ended: stopFailed ? 'failed' : 'success', at: later(mergedAt, minute), by: author } }),
      },
      '$ ssh-add <(echo "$SSH_PRIVATE_KEY")\nError loading key "/dev/fd/63": error in libcrypto',
    )
    const environment = environmentNamed(project, `review/${work.branch}`)
    if (stopFailed) environment.state = 'stopping'
    const mergeCommitSha = told.mergeSha(work.iid)
    recordMergeRequest(world, project, {
      title: work.title,
      sourceBranch: work.branch,
      author,
      sha,
      mergeCommitSha,
      state: 'merged',
      mergeUser: person('hanako'),
      createdAt: pushedAt,
      updatedAt: mergedAt,
      mergedAt,
    })
    if (!stillUp) project.branches.delete(work.branch)
    recordPipeline(
      world,
      project,
      { ref: 'master', sha: mergeCommitSha, user: person('hanako'), at: mergedAt },
      {
        rake: 'success',
        staging: 'success',
        ...(work.iid <= 6
          ? { production: { ended: 'success', at: later(mergedAt, 17 * hour), by: person('midori') } }
          : {}),
      },
    )
  }
}

/** Branches that are not merged, each in another condition. */
function tellOpenWork(told: Told, work: OpenWork): void {
  const { world, project, asOf } = told
  const author = person(work.author)
  const at = later(asOf, -work.minutesAgo * minute)
  const [first, head] = [told.commitsOf(work.branch)[0] as string, headOf(told, work.branch)]
  const title = mergeRequestTitles[work.branch]
  const isClosed = work.branch === 'spike/graphql'
  if (title !== undefined)
    recordMergeRequest(world, project, {
      title,
      sourceBranch: work.branch,
      author,
      sha: head,
      createdAt: at,
      updatedAt: isClosed ? later(at, 2 * day) : at,
      ...(isClosed ? { state: 'closed' as const, closedAt: later(at, 2 * day) } : {}),
    })
  const push = { ref: work.branch, sha: head, user: author, at }
  const good = { rake: 'success', review: 'success' } as const
  switch (work.branch) {
    case 'wip/notes':
      return
    case 'feature/search-suggestions':
      // Its review job is left waiting for the runner, which pulls its image for hours.
      world.slow.set(work.branch, 3 * hour)
      recordPipeline(world, project, push, { rake: 'success' })
      return
    case 'fix/timezone-in-mailer':
      recordPipeline(
        world,
        project,
        push,
        { rake: 'success', review: 'failed' },
        ' ! [remote rejected] HEAD -> master (pre-receive hook declined)',
      )
      return
    case 'fix/n-plus-one-on-index':
      recordPipeline(world, project, { ...push, sha: first, at: later(at, -45 * minute) }, good)
      recordPipeline(
        world,
        project,
        push,
        { rake: 'failed' },
        'IndexTest#test_counts_comments: Expected 3 queries, 41 were made.',
      )
      return
    case quotedBranch:
      recordPipeline(world, project, push, { rake: 'success' })
      return
    case 'spike/graphql':
      recordPipeline(world, project, push, {
        ...good,
        stop_review: { ended: 'success', at: later(at, 2 * day), by: author },
      })
      return
    default:
      recordPipeline(world, project, push, good)
  }
}

/** The talk's project: master on staging, production behind it, and a branch in every condition. */
export async function seedHelloApp(
  world: World,
  { asOf, repository }: { asOf: Date; repository: string },
): Promise<SeedApps> {
  const project = emptyProject(42, { path, description: 'GitLab + Dokku', createdAt: later(asOf, -45 * day) })
  world.projects.set(project.id, project)
  const { history, merges } = helloAppHistory(asOf)
  await createRepository(repository)
  const shas = await writeCommits(repository, history.drafts)
  const [byHand] = await writeCommits(repository, [
    {
      branch: 'by-hand',
      message: 'Try it on the server',
      author: person('aoife'),
      committedAt: later(asOf, -1 * day),
      files: { 'index.html': '<!doctype html>\n<title>hello-app</title>\n<h1>Tried by hand</h1>\n' },
      parent: shas[history.heads.get('feature/comment-threads') as number] as string,
    },
  ])
  await forgetBranch(repository, 'by-hand')
  project.repository = repository
  project.commits = await readCommits(repository)
  for (const [branch, place] of history.heads) project.branches.set(branch, shas[place] as string)
  const told: Told = {
    world,
    project,
    asOf,
    commitsOf: (branch) => shas.filter((_, index) => history.drafts[index]?.branch === branch),
    mergeSha: (iid) => shas[merges.get(iid) as number] as string,
  }
  tellMergedWork(told)
  for (const work of openWork) tellOpenWork(told, work)
  environmentNamed(project, 'review/feature/invoice-emails').autoStopAt = later(asOf, 1 * day)
  for (const { branch } of mergedWork.slice(0, -1)) await deleteBranch(repository, branch, headOf(told, branch))
  await deleteBranch(repository, 'experiment/turbo-streams', headOf(told, 'experiment/turbo-streams'))
  project.branches.delete('experiment/turbo-streams')
  project.tags.set('v1.0.0', told.mergeSha(4))
  project.tags.set('v1.1.0', told.mergeSha(6))
  return appsOf(told, repository, byHand as string)
}

/** What Dokku has: mostly what GitLab believes, and the places where it does not. */
function appsOf(told: Told, repository: string, byHand: string): SeedApps {
  const reviewApp = (branch: string, fields: Partial<SeedApp> = {}): SeedApp => {
    const { slug, createdAt } = environmentNamed(told.project, `review/${branch}`)
    const database = { name: `${slug}-database`, linked: true }
    return { name: slug, repo: repository, sha: headOf(told, branch), createdAt, database, ...fields }
  }
  const staging = { repo: repository, sha: told.mergeSha(8), createdAt: later(told.asOf, -41 * day) }
  const failedFirst = told.commitsOf('fix/n-plus-one-on-index')[0] as string
  return {
    review: [
      reviewApp('feature/login-with-passkey'),
      reviewApp('fix/timezone-in-mailer', { sha: null, repo: null }),
      reviewApp('feature/pdf-export', { processes: [{ type: 'web', index: 1, status: 'restarting' }] }),
      reviewApp('feature/comment-threads', { sha: byHand }),
      reviewApp('fix/n-plus-one-on-index', { sha: failedFirst }),
      reviewApp('feature/dark-mode'),
      reviewApp('experiment/turbo-streams'),
      reviewApp('fix/session-timeout'),
      reviewApp('spike/graphql'),
      reviewApp('docs/api-guide'),
      reviewApp('feature/two-factor'),
      reviewApp('feature/invoice-emails'),
      reviewApp(longBranch),
    ],
    production: [
      { ...staging, name: `${app}-staging`, database: { name: `${app}-staging-database`, linked: true } },
      { ...staging, name: app, sha: told.mergeSha(6), database: { name: `${app}-database`, linked: true } },
    ],
  }
}
