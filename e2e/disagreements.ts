import { expect, type Page } from '@playwright/test'
import type { FindingKind, HerokuFindingKind } from '#lib/domain/finding.ts'
import { dokku, pushByHand } from './by-hand.ts'
import type { Instance } from './instance.ts'
import { environmentSlug } from './stand-ins/gitlab/slug.ts'
import { claimNames } from './steps.ts'
import { control, deployedSha, environmentNamed, gitlab, projects } from './world.ts'

/** What Heroku brings has stories of its own. */
export type DokkuFindingKind = Exclude<FindingKind, HerokuFindingKind | 'release-failed'>

/** One way in which GitLab, Dokku and a visitor come to disagree. */
export interface Disagreement {
  /** What Berth calls it. */
  title: string
  /** What it is about, by the name that its own system gives it. */
  subject: string
  /** The page that is about it. */
  place: string
  severity: 'critical' | 'attention'
  words: string | RegExp
  /** Brings it about in GitLab, on Dokku or in front of it; where only time could, it is there from the beginning. */
  make(page: Page): Promise<unknown>
  /** Mends it where it is wrong. */
  resolve(): Promise<unknown>
}

const project = 'hello/hello-app'

/** Each kind of finding about an environment has a review app of its own, on a branch that is named for the kind. */
const branchOf = (kind: string): string => `case/${kind}`
const environmentOf = (kind: string): string => `review/${branchOf(kind)}`
const appOf = (kind: string): string => environmentSlug(environmentOf(kind))
const databaseOf = (kind: string): string => `${appOf(kind)}-database`

const reviewedKinds = [
  'app-down',
  'app-missing',
  'url-failing',
  'deployment-failed',
  'commit-drift',
  'certificate-expiring',
  'stopped-but-up',
  'merged-but-up',
  'branch-gone',
  'stale',
  'name-collision-first',
  'database-left',
  'database-unlinked',
]

/** Somebody else's app on the review host. */
const neighbour = 'wiki'

const roomForApps = 30

/** The policy, the host's room and two environments that a mistake in the mapping gives one app. */
export const settings: Record<string, string> = {
  BERTH_DOKKU_SECONDS: '1',
  BERTH_DOKKU_SHARE: '100',
  BERTH_SYNC_IDLE_SECONDS: '1',
  BERTH_DOKKU_MOST_APPS: String(roomForApps),
  BERTH_MAPPINGS: JSON.stringify({
    [project]: {
      reviewHost: 'review',
      staleDays: 21,
      named: { [environmentOf('name-collision')]: { host: 'review', app: appOf('name-collision-first') } },
    },
  }),
}

interface ReviewApp {
  branch: string
  environmentId: number
  slug: string
  repository: string
  sha: string
  createdAt: string
}

/** Review apps that all agree about, and every way to make them disagree. */
export async function prepare(instance: Instance): Promise<Record<DokkuFindingKind, Disagreement>> {
  const daysAgo = (kind: string) => (kind === 'stale' ? 25 : 1)
  const reviewApps = await control<ReviewApp[]>(instance, 'gitlab', 'POST /review-apps', {
    project,
    reviewApps: reviewedKinds.map((kind) => ({
      branch: branchOf(kind),
      title: kind,
      minutesAgo: daysAgo(kind) * 24 * 60,
      became: 'open',
    })),
  })
  const apps = reviewApps.map(({ slug, repository, sha, createdAt }) => ({
    name: slug,
    repo: repository,
    sha,
    createdAt,
    database: { name: `${slug}-database`, linked: true },
  }))
  await control(instance, 'review', 'POST /seed', {
    apps: [...apps, { name: neighbour, sha: 'c'.repeat(40) }],
  })
  const { id: stuckId } = await environmentNamed(instance, projects.helloApp, `review/${stuckBranch}`)
  return disagreements(instance, {
    reviewApps: new Map(reviewApps.map((reviewApp) => [reviewApp.branch, reviewApp])),
    stuckId,
  })
}

/** Its stop job failed days ago. */
const stuckBranch = 'fix/session-timeout'

function disagreements(
  instance: Instance,
  { reviewApps, stuckId }: { reviewApps: ReadonlyMap<string, ReviewApp>; stuckId: number },
): Record<DokkuFindingKind, Disagreement> {
  const reviewApp = (kind: string): ReviewApp => {
    const found = reviewApps.get(branchOf(kind))
    if (!found) throw new Error(`No review app was made for ${kind}.`)
    return found
  }
  const ofEnvironment = (subject: string, id: number) => ({
    subject,
    place: `/projects/${projects.helloApp}/environments/${id}`,
  })
  const ofReviewApp = (kind: DokkuFindingKind) => ofEnvironment(environmentOf(kind), reviewApp(kind).environmentId)
  const ofHost = (host: string, subject = host) => ({ subject, place: `/hosts/${host}` })

  const onReview = (door: string, body: Record<string, unknown>) => control(instance, 'review', `POST /${door}`, body)
  const onGitlab = <Answer>(door: string, body: Record<string, unknown>) =>
    control<Answer>(instance, 'gitlab', `POST /${door}`, { project, ...body })
  const commandReview = (...words: string[]) => dokku(instance, 'review', ...words)
  const push = (kind: DokkuFindingKind, files: Record<string, string | null> = { 'more.txt': 'more\n' }) =>
    onGitlab<{ sha: string }>('push', { branch: branchOf(kind), message: `Go on with ${kind}`, files })
  async function deploy(kind: DokkuFindingKind, files?: Record<string, string | null>): Promise<void> {
    const { sha } = await push(kind, files)
    const deployed = () => deployedSha(instance, projects.helloApp, environmentOf(kind))
    await expect.poll(deployed, { timeout: 60_000 }).toBe(sha)
  }
  const deleteBranch = (kind: DokkuFindingKind) => onGitlab('branches/delete', { branch: branchOf(kind) })

  const becomes = (kind: DokkuFindingKind, state: string) =>
    expect
      .poll(async () => (await environmentNamed(instance, projects.helloApp, environmentOf(kind))).state, {
        timeout: 60_000,
      })
      .toBe(state)
  async function stop(kind: DokkuFindingKind): Promise<void> {
    await onGitlab('environments/stop', { name: environmentOf(kind) })
    await becomes(kind, 'stopped')
  }
  async function runAgain(job: string, branch: string): Promise<void> {
    const inProject = `/projects/${projects.helloApp}`
    const query = `ref=${encodeURIComponent(branch)}`
    const [pipeline] = await gitlab<{ id: number }[]>(instance, `${inProject}/pipelines?${query}`)
    const jobs = await gitlab<{ id: number; name: string }[]>(instance, `${inProject}/pipelines/${pipeline?.id}/jobs`)
    const found = jobs.find(({ name }) => name === job)
    await gitlab(instance, `${inProject}/jobs/${found?.id}/retry`, 'POST')
  }
  let shownKey = ''
  const crowd = Array.from({ length: roomForApps }, (_, index) => `crowd-${index + 1}`)

  return {
    'app-down': {
      title: 'app down',
      ...ofReviewApp('app-down'),
      severity: 'critical',
      // Docker gives it up after ten.
      words: /web\.1 (restarted \d+ times|\w+ after \d+ restarts?)/,
      make: () => deploy('app-down', { crash: 'at once\n' }),
      resolve: () => deploy('app-down', { crash: null }),
    },
    'app-missing': {
      title: 'app missing',
      ...ofReviewApp('app-missing'),
      severity: 'critical',
      words: `GitLab deployed it, but review has no app ${appOf('app-missing')}.`,
      make: () => commandReview('apps:destroy', appOf('app-missing'), '--force'),
      resolve: () => deploy('app-missing'),
    },
    'url-failing': {
      title: 'URL fails',
      ...ofReviewApp('url-failing'),
      severity: 'attention',
      words: 'GitLab and Dokku say all is well, but a visitor does not get in. The URL answers 503',
      make: () => onReview('web', { app: appOf('url-failing'), status: 503 }),
      resolve: () => onReview('web', { app: appOf('url-failing') }),
    },
    'deployment-failed': {
      title: 'deploy failed',
      ...ofReviewApp('deployment-failed'),
      severity: 'attention',
      words: 'The newest deployment failed; the one before it is still up.',
      make: () => push('deployment-failed', { 'fail-check': 'always\n' }),
      resolve: () => deploy('deployment-failed', { 'fail-check': null }),
    },
    'commit-drift': {
      title: 'other commit',
      ...ofReviewApp('commit-drift'),
      severity: 'attention',
      words: new RegExp(`GitLab deployed ${reviewApp('commit-drift').sha.slice(0, 8)}, but Dokku runs [0-9a-f]{8}\\.`),
      make() {
        const { repository, sha, slug: app } = reviewApp('commit-drift')
        return pushByHand(instance, { repository, commit: `${sha}~1`, host: 'review', app })
      },
      resolve: () => deploy('commit-drift'),
    },
    'certificate-expiring': {
      title: 'certificate ends',
      ...ofReviewApp('certificate-expiring'),
      severity: 'attention',
      words: 'The certificate of its URL expires on',
      make: () => onReview('certificate', { app: appOf('certificate-expiring'), expiresInDays: 9 }),
      resolve: () => onReview('certificate', { app: appOf('certificate-expiring'), expiresInDays: 90 }),
    },
    'stop-failed': {
      title: 'stop failed',
      ...ofEnvironment(`review/${stuckBranch}`, stuckId),
      severity: 'attention',
      words: 'The stop job has not succeeded; GitLab keeps the environment in stopping.',
      make: async () => undefined,
      resolve: () => runAgain('stop_review', stuckBranch),
    },
    'stopped-but-up': {
      title: 'stopped, still up',
      ...ofReviewApp('stopped-but-up'),
      severity: 'attention',
      words: `The stop removed nothing: GitLab says stopped, but app ${appOf('stopped-but-up')} is still on review.`,
      async make() {
        await onReview('destroy-fails', { app: appOf('stopped-but-up') })
        await stop('stopped-but-up')
      },
      async resolve() {
        await onReview('destroy-fails', { app: appOf('stopped-but-up'), on: false })
        await commandReview('apps:destroy', appOf('stopped-but-up'), '--force')
      },
    },
    'merged-but-up': {
      title: 'merged, still up',
      ...ofReviewApp('merged-but-up'),
      severity: 'attention',
      words: /Merge request !\d+ is closed, but the review app is still up\./,
      make: () => closeMergeRequest(instance, branchOf('merged-but-up')),
      resolve: () => deleteBranch('merged-but-up'),
    },
    'branch-gone': {
      title: 'branch gone',
      ...ofReviewApp('branch-gone'),
      severity: 'attention',
      words: 'Its branch is gone, but the review app is still up.',
      async make() {
        await deleteBranch('branch-gone')
        await becomes('branch-gone', 'stopped')
        await runAgain('review', branchOf('branch-gone'))
        await becomes('branch-gone', 'available')
      },
      resolve: () => stop('branch-gone'),
    },
    stale: {
      title: 'stale',
      ...ofReviewApp('stale'),
      severity: 'attention',
      words: 'Nothing was deployed to it for more than 21 days.',
      make: async () => undefined,
      resolve: () => deploy('stale'),
    },
    'host-unreachable': {
      title: 'host unreachable',
      ...ofHost('review'),
      severity: 'critical',
      words: 'Dokku host review cannot be asked; what is shown of it is as old as its last answer.',
      make: () => onReview('unreachable', { on: true }),
      resolve: () => onReview('unreachable', { on: false }),
    },
    'host-key-changed': {
      title: 'host key changed',
      ...ofHost('production'),
      severity: 'critical',
      words: 'Dokku host production showed another key than the pinned one, so Berth does not talk to it.',
      async make() {
        const door = 'POST /host-key/rotate'
        shownKey = (await control<{ hostKeyFingerprint: string }>(instance, 'production', door)).hostKeyFingerprint
      },
      async resolve() {
        settings.BERTH_DOKKU_HOSTS = instance.standIns.dokkuHosts.replace(/(production=[^,#]+)#[^,]+/, `$1#${shownKey}`)
        await instance.restart()
      },
    },
    'plugin-missing': {
      title: 'plugin missing',
      ...ofHost('production'),
      severity: 'attention',
      words: 'Dokku host production has no postgres plugin, though apps on it are to have databases.',
      make: () => control(instance, 'production', 'POST /services', { plugins: [] }),
      resolve: () => control(instance, 'production', 'POST /services', { plugins: ['postgres'] }),
    },
    'disk-low': {
      title: 'disk nearly full',
      ...ofHost('review'),
      severity: 'critical',
      words: 'Of the disk of Dokku host review 4 % is free.',
      make: () => onReview('disk', { totalBytes: 100e9, freeBytes: 4.2e9 }),
      resolve: () => onReview('disk', { totalBytes: 100e9, freeBytes: 60e9 }),
    },
    'app-limit': {
      title: 'nearly full',
      ...ofHost('review'),
      severity: 'attention',
      words: new RegExp(`Dokku host review has \\d+ apps and room for ${roomForApps}\\.`),
      make: () => onReview('seed', { apps: crowd.map((name) => ({ name, sha: 'd'.repeat(40) })) }),
      resolve: () => Promise.all(crowd.map((app) => onReview('apps/destroy', { app }))),
    },
    'name-collision': {
      title: 'two on one app',
      ...ofHost('review', appOf('name-collision-first')),
      severity: 'critical',
      words: `2 environments that are up map to app ${appOf('name-collision-first')}: `,
      make: () => push('name-collision'),
      resolve: () => stop('name-collision'),
    },
    'app-without-environment': {
      title: 'app without environment',
      ...ofHost('review', 'by-hand-1'),
      severity: 'attention',
      words: `App by-hand-1 is on review, but ${project} has no environment for it.`,
      async make(page) {
        await commandReview('apps:create', 'by-hand-1')
        await page.goto(`${instance.url}/hosts/review`)
        await claimNames(page, { pattern: 'by-hand-*', project })
      },
      resolve: () => commandReview('apps:destroy', 'by-hand-1', '--force'),
    },
    'database-left': {
      title: 'database left over',
      ...ofHost('review', databaseOf('database-left')),
      severity: 'attention',
      words: `Database ${databaseOf('database-left')} is still on review, though its app is gone.`,
      // A database that another app borrowed refuses the stop job, which goes on all the same.
      async make() {
        await commandReview('postgres:link', databaseOf('database-left'), neighbour)
        await stop('database-left')
        await commandReview('postgres:unlink', databaseOf('database-left'), neighbour)
      },
      resolve: () => commandReview('postgres:destroy', databaseOf('database-left'), '--force'),
    },
    'database-unlinked': {
      title: 'database not linked',
      ...ofHost('review', databaseOf('database-unlinked')),
      severity: 'attention',
      words: `Database ${databaseOf('database-unlinked')} is linked to no app, though ${appOf('database-unlinked')} is there.`,
      make: () => commandReview('postgres:unlink', databaseOf('database-unlinked'), appOf('database-unlinked')),
      resolve: () => commandReview('postgres:link', databaseOf('database-unlinked'), appOf('database-unlinked')),
    },
  }
}

async function closeMergeRequest(instance: Instance, branch: string): Promise<void> {
  const query = `source_branch=${encodeURIComponent(branch)}`
  const [found] = await gitlab<{ iid: number }[]>(instance, `/projects/${projects.helloApp}/merge_requests?${query}`)
  if (!found) throw new Error(`GitLab has no merge request of ${branch}.`)
  await control(instance, 'gitlab', 'POST /merge-requests/close', { project, iid: found.iid })
}
