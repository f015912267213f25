import type { SeedApp } from '../dokku/server.ts'
import { environmentSlug } from '../gitlab/slug.ts'
import { projectByPath, type World } from '../gitlab/world.ts'
import { path } from './hello-app-history.ts'
import { day, environmentNamed, later } from './past.ts'
import { type PastReviewApp, type ReviewedApp, recordReviewApps } from './past-review-apps.ts'
import { person } from './people.ts'

const days = (count: number): number => count * 24 * 60

const httpsBranch = 'feature/secure-cookies'
const failingBranch = 'feature/map-view'
const lockedBranch = 'fix/footer-links'
const wornBranch = 'feature/background-jobs'

const reviewApps: PastReviewApp[] = [
  {
    branch: httpsBranch,
    title: 'Cookies over HTTPS only',
    author: person('kenta'),
    minutesAgo: days(2),
    became: 'open',
  },
  { branch: failingBranch, title: '地図で表示', author: person('hanako'), minutesAgo: 300, became: 'open' },
  { branch: lockedBranch, title: 'Fix links in the footer', author: person('marta'), minutesAgo: 700, became: 'open' },
  { branch: wornBranch, title: 'Work in the background', author: person('diego'), minutesAgo: days(1), became: 'open' },
  {
    branch: 'spike/offline-mode',
    title: 'Spike: work offline',
    author: person('marta'),
    minutesAgo: days(41),
    became: 'open',
  },
  { branch: 'feature/rss-feed', title: 'RSS', author: person('midori'), minutesAgo: days(12), became: 'merged' },
  {
    branch: 'chore/old-seed-data',
    title: 'Drop old seed data',
    author: person('aoife'),
    minutesAgo: days(15),
    became: 'stopped',
  },
  {
    branch: 'fix/rounding',
    title: '端数の計算を直す',
    author: person('kenta'),
    minutesAgo: days(13),
    became: 'stopped',
  },
]

/** What only the demo has, so that everything that can be wrong is to be seen somewhere. */
export async function seedDemo(world: World, asOf: Date): Promise<{ review: SeedApp[]; reviewDatabases: string[] }> {
  const project = projectByPath(world, path)
  const told = await recordReviewApps(world, project, reviewApps, { asOf })
  const secure = environmentNamed(project, `review/${httpsBranch}`)
  secure.externalUrl = `https://${secure.slug}.localhost:${world.hosts.review.httpsPort}`
  // The app of a branch from before the stop jobs: no environment tells of it any more.
  const forgotten = environmentSlug('review/spike/websockets')
  const common = { repo: null, createdAt: later(asOf, -80 * day) }
  return {
    review: [
      ...told.map((reviewed) => appOf(reviewed, asOf)),
      { ...common, name: forgotten, sha: 'b'.repeat(40), database: { name: `${forgotten}-database`, linked: true } },
      {
        ...common,
        name: 'wiki',
        sha: 'c'.repeat(40),
        domains: ['wiki.example.jp'],
        database: { name: 'wiki', linked: true },
      },
      { ...common, name: 'grafana', sha: null, image: 'grafana/grafana:12.2.1', domains: ['grafana.example.jp'] },
    ],
    reviewDatabases: ['import-test', `${environmentSlug('review/fix/mail-encoding')}-database`],
  }
}

function appOf({ branch, slug, repository, sha, createdAt }: ReviewedApp, asOf: Date): SeedApp {
  return {
    name: slug,
    repo: repository,
    sha,
    createdAt,
    // Somebody unlinked it, which is why its pages fail.
    database: { name: `${slug}-database`, linked: branch !== failingBranch },
    locked: branch === lockedBranch,
    ...(branch === failingBranch ? { answers: 500 } : {}),
    ...(branch === httpsBranch ? { certificateEndsAt: later(asOf, 9 * day) } : {}),
    ...(branch === wornBranch
      ? {
          processes: [
            { type: 'web', index: 1, status: 'running' },
            { type: 'web', index: 2, status: 'running' },
            { type: 'worker', index: 1, status: 'exited' },
          ],
        }
      : {}),
  }
}
