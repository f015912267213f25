import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { personById } from '#lib/db/people.ts'
import { BerthError } from '#lib/domain/errors.ts'
import { defaultSettings } from '#lib/domain/settings.ts'
import { createGitlab } from '#lib/gitlab/index.ts'
import { apiToken } from '../../e2e/stand-ins/gitlab/empty-world.ts'
import { startTestGitlab, type TestGitlab } from '../../e2e/stand-ins/gitlab/test-gitlab.ts'
import { type Deployment, type Job, type Project, projectByPath } from '../../e2e/stand-ins/gitlab/world.ts'
import type { Context, World } from '../context.ts'
import { requestApproval } from './approval.ts'
import { cancelJob } from './cancel-job.ts'
import { changeSettings } from './change-settings.ts'
import { lockDeploys } from './deploy-lock.ts'
import { keepAlive } from './keep-alive.ts'
import { accessOf } from './membership.ts'
import { promote } from './promote.ts'
import { redeploy } from './redeploy.ts'
import { restartApp } from './restart-app.ts'
import { retryJob } from './retry-job.ts'
import { rollback } from './rollback.ts'
import { stopReviewApp } from './stop.ts'
import { sweep } from './sweep.ts'
import { database, fake, givenFreshWorlds } from './test-world.ts'

/** Everybody's level in `hello/hello-app`, the lowest first: nobody's, Guest, Reporter, Developer, Maintainer, administrator. */
const people = ['olga', 'guest', 'midori', 'kenta', 'hanako', 'aoife'] as const
type Who = (typeof people)[number]

const branch = 'docs/api-guide'
const projectId = 42

givenFreshWorlds()

let gitlab: TestGitlab
let project: Project
let asSeeded: Project
beforeAll(async () => {
  // Nothing that is started comes to its end while it is looked at.
  gitlab = await startTestGitlab({ jobMs: 600_000, large: false })
  project = projectByPath(gitlab.world, 'hello/hello-app')
  asSeeded = structuredClone(project)
  for (const user of gitlab.world.users) gitlab.world.tokens.set(`${user.username}-token`, { user, scopes: ['api'] })
})
afterAll(() => gitlab.stop())

beforeEach(async () => {
  const at = { createdAt: new Date(), updatedAt: new Date() }
  const users = gitlab.world.users.filter(({ username }) => people.some((who) => who === username))
  await database.db.person.deleteMany()
  await database.db.person.createMany({
    data: users.map(({ id, username, name }) => ({
      id: username,
      name,
      email: username,
      username,
      gitlabId: id,
      ...at,
    })),
  })
  const [staging, production] = [environmentNamed('staging').id, environmentNamed('production').id]
  await database.db.boardSummary.update({
    where: { projectId },
    data: {
      value: {
        lane: {
          staging: [{ environment: { id: staging }, findings: [], dokku: { health: 'ok' } }],
          links: [{ fromEnvironmentId: staging, toEnvironmentId: production }],
        },
      },
    },
  })
})

const gitlabBy = (token: string) => createGitlab({ url: gitlab.url, token, requestsPerMinute: 100_000 })

/** Somebody who has signed in, with what they may by GitLab's own answers to their token. */
async function contextOf(who: Who): Promise<Context> {
  const world: World = {
    ...fake.world,
    gitlab: gitlabBy(apiToken),
    gitlabAs: async (personId) => gitlabBy(`${personId}-token`),
    now: () => new Date(),
  }
  const person = await personById(world.db, who)
  if (!person) expect.fail(`Nobody is called ${who}.`)
  const access = await accessOf(world, person, 'change', { admins: [], readOnly: false })
  return { ...world, actor: { kind: 'person', name: who, via: 'page', personId: who, access } }
}

function environmentNamed(name: string) {
  return [...project.environments.values()].find((environment) => environment.name === name) ?? expect.fail(name)
}

const jobOf = (fits: (job: Job) => boolean): Job =>
  [...project.jobs.values()].findLast((job) => !job.retried && fits(job)) ?? expect.fail('There is no such job.')

/** Newest first. */
const deployed = (name: string): Deployment[] =>
  [...project.deployments.values()]
    .filter(({ environmentId, status }) => environmentId === environmentNamed(name).id && status === 'success')
    .sort((one, other) => other.iid - one.iid)

const ended = (ref: string) => jobOf((job) => job.ref === ref && job.name === 'rake' && job.status === 'success')
const pending = (ref: string) => jobOf((job) => job.ref === ref && job.name === 'rake' && job.status === 'pending')
const waiting = () => jobOf((job) => job.ref === 'feature/search-suggestions' && job.name === 'review')
const production = () => ({ projectId, environmentId: environmentNamed('production').id })

interface Act {
  what: string
  /** Who may: one of `people` and all after them. */
  from: Who
  /** What GitLab is made to be like before. */
  prepare?(): void
  berth(ctx: Context): Promise<unknown>
  /** The request that GitLab would get for it. */
  gitlab(): string
}

const acts: Act[] = [
  {
    what: 'stop a review app',
    from: 'kenta',
    berth: (ctx) => stopReviewApp(ctx, { projectId, environmentId: environmentNamed(`review/${branch}`).id }),
    gitlab: () => `environments/${environmentNamed(`review/${branch}`).id}/stop`,
  },
  {
    what: 'retry a job of a branch',
    from: 'kenta',
    berth: (ctx) => retryJob(ctx, { projectId, jobId: ended(branch).id }),
    gitlab: () => `jobs/${ended(branch).id}/retry`,
  },
  {
    what: 'retry a job of the protected branch',
    from: 'hanako',
    berth: (ctx) => retryJob(ctx, { projectId, jobId: ended('master').id }),
    gitlab: () => `jobs/${ended('master').id}/retry`,
  },
  {
    what: 'retry a job of the protected branch where Developers merge into it',
    from: 'kenta',
    prepare() {
      project.wiring.developersMerge = true
    },
    berth: (ctx) => retryJob(ctx, { projectId, jobId: ended('master').id }),
    gitlab: () => `jobs/${ended('master').id}/retry`,
  },
  {
    what: 'cancel a job of a branch',
    from: 'kenta',
    berth: (ctx) => cancelJob(ctx, { projectId, jobId: waiting().id }),
    gitlab: () => `jobs/${waiting().id}/cancel`,
  },
  {
    what: 'cancel a job of the protected branch',
    from: 'hanako',
    prepare() {
      ended('master').status = 'pending'
    },
    berth: (ctx) => cancelJob(ctx, { projectId, jobId: pending('master').id }),
    gitlab: () => `jobs/${pending('master').id}/cancel`,
  },
  {
    what: 'promote to production',
    from: 'hanako',
    berth: (ctx) => promote(ctx, { ...production(), sha: deployed('staging')[0]?.sha ?? '' }),
    gitlab() {
      const { sha } = deployed('staging')[0] ?? expect.fail('Nothing is on staging.')
      return `jobs/${jobOf((job) => job.name === 'production' && job.sha === sha).id}/play`
    },
  },
  {
    what: 'redeploy production',
    from: 'hanako',
    berth: (ctx) => redeploy(ctx, production()),
    gitlab: () => `jobs/${deployed('production')[0]?.jobId}/retry`,
  },
  {
    what: 'roll production back',
    from: 'hanako',
    berth(ctx) {
      const { id, sha } = deployed('production')[1] ?? expect.fail('Nothing was there before.')
      return rollback(ctx, { ...production(), deploymentId: id, typedSha: sha })
    },
    gitlab: () => `jobs/${deployed('production')[1]?.jobId}/retry`,
  },
]

const mayFrom = (first: Who): Record<string, boolean> =>
  Object.fromEntries(people.map((who, place) => [who, place >= people.indexOf(first)]))

/** Everybody's turn, each on a GitLab that nothing has happened to. */
async function eachInTurn(
  attempt: (who: Who) => Promise<boolean>,
  prepare = () => {},
): Promise<Record<string, boolean>> {
  const came: Record<string, boolean> = {}
  for (const who of people) {
    Object.assign(project, structuredClone(asSeeded))
    prepare()
    await database.db.operation.deleteMany()
    came[who] = await attempt(who)
  }
  return came
}

/** Whether it came to pass at GitLab; every other end has to be Berth's own no, before GitLab is asked for it. */
async function isDone(asked: Promise<unknown>): Promise<boolean> {
  try {
    const { steps, failure } = (await asked) as {
      steps: { name: string; status: string }[]
      failure: BerthError | null
    }
    expect(failure).toBeNull()
    return steps.some(({ name, status }) => name === 'act' && status === 'done')
  } catch (error) {
    expect(error).toBeInstanceOf(BerthError)
    expect(['forbidden', 'not-found']).toContain((error as BerthError).kind)
    return false
  }
}

describe('what GitLab does for somebody’s own token is what Berth does for them', () => {
  test.each(acts)('$what', { timeout: 120_000 }, async ({ from, prepare, berth, gitlab: path }) => {
    const atGitlab = await eachInTurn(async (who) => {
      const { status } = await gitlab.ask('POST', `/projects/${projectId}/${path()}`, { token: `${who}-token` })
      return status < 400
    }, prepare)
    const byBerth = await eachInTurn(async (who) => isDone(berth(await contextOf(who))), prepare)
    expect({ atGitlab, byBerth }).toEqual({ atGitlab: mayFrom(from), byBerth: mayFrom(from) })
  })
})

describe('what GitLab knows nothing of takes', () => {
  const environmentId = 3
  const own: { what: string; from: Who; berth(ctx: Context): Promise<unknown> }[] = [
    {
      what: 'keeping a review app alive',
      from: 'kenta',
      berth: (ctx) => keepAlive(ctx, { projectId, environmentId, days: 0 }),
    },
    {
      what: 'asking for approval',
      from: 'kenta',
      berth: (ctx) => requestApproval(ctx, { ...production(), sha: 'a'.repeat(40), reason: 'x'.repeat(301) }),
    },
    { what: 'restarting an app', from: 'hanako', berth: (ctx) => restartApp(ctx, { projectId, environmentId: 999 }) },
    {
      what: 'sweeping',
      from: 'hanako',
      berth: (ctx) => sweep(ctx, { projectId, subjects: ['e999'], confirmation: '' }),
    },
    {
      what: 'changing settings',
      from: 'hanako',
      berth: (ctx) => changeSettings(ctx, { projectId, settings: { ...defaultSettings }, seen: new Date(0) }),
    },
    {
      what: 'locking production',
      from: 'hanako',
      berth: (ctx) => lockDeploys(ctx, { projectId, environmentId: null, reason: '', hours: null }),
    },
  ]

  /** Each is asked for in a way that comes to nothing, which only those are told who might have done it. */
  test.each(own)('$what: from $from up', async ({ from, berth }) => {
    const byBerth = await eachInTurn(async (who) => {
      const error = await berth(await contextOf(who)).catch((reason: unknown) => reason as BerthError)
      if (!(error instanceof BerthError)) expect.fail('It came to something.')
      return error.kind !== 'forbidden' && !error.message.startsWith('Berth shows no project')
    })
    expect(byBerth).toEqual(mayFrom(from))
  })
})
