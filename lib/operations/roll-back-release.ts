import { herokuDetail } from '#lib/db/heroku.ts'
import { shortSha } from '#lib/domain/branch.ts'
import { refuseUnless } from '#lib/domain/decision.ts'
import { BerthError } from '#lib/domain/errors.ts'
import type { HerokuRelease } from '#lib/domain/heroku-app.ts'
import type { Operation } from '#lib/domain/operation.ts'
import { type ReleaseRollbackFacts, releaseRollbackability } from '#lib/domain/release-rollback.ts'
import type { Context } from '../context.ts'
import { ask, type Decided } from './ask.ts'
import { type Beats, done, failed, type Held, type Outcome } from './beat.ts'
import { clearance, type Pressed, pressedInput } from './clearance.ts'
import { closureNow } from './closure-now.ts'
import { deploySubject } from './deploy-subject.ts'
import { herokuBehind, herokuIn } from './heroku-behind.ts'
import { lostCommits } from './lost-commits.ts'
import { patiently } from './patience.ts'
import { environmentNow } from './redeploy.ts'
import { verifyReleased } from './verify-released.ts'

export interface ReleaseTarget {
  projectId: number
  environmentId: number
  /** `v12` is 12. */
  version: number
}

export type RollBackRelease = ReleaseTarget & Pressed

export interface ReleasePlan {
  kind: 'release.rollback'
  heroku: string
  environmentName: string
  releaseId: string
  version: number
  slugId: string
  sha: string | null
  /** The newest release when it was decided: a younger one of the same slug is what was asked for. */
  newestVersion: number
  /** The release that Heroku made, once it is known. */
  made?: number
}

/** Lets an app on Heroku run an earlier release again. The code goes back; what its migrations did to the database stays. */
export function rollBackRelease(ctx: Context, input: RollBackRelease): Promise<Operation> {
  const { projectId, environmentId, version } = input
  return ask<ReleasePlan>(ctx, {
    kind: 'release.rollback',
    projectId,
    environmentId,
    subject: deploySubject(input),
    target: `environment ${environmentId} of project ${projectId}`,
    input: { projectId, environmentId, version, ...pressedInput(input) },
    least: 'maintainer',
    decide: () => decide(ctx, input),
    sameWish: (running) => running.kind === 'release.rollback' && running.version === version,
    beats: rollBackReleaseBeats,
  })
}

async function decide(ctx: Context, input: RollBackRelease): Promise<Decided<ReleasePlan>> {
  const { app, facts, currentSha } = await releaseRollbackFacts(ctx, input)
  const allowed = refuseUnless(releaseRollbackability(facts))
  const { releaseId, version, slugId, sha, guards } = allowed
  const cleared = clearance({ sha: sha ?? '', guards }, facts.closure, input, ctx.now())
  const { name } = facts.environment
  const commit = sha === null ? 'which names no commit' : shortSha(sha)
  return {
    ...cleared,
    title: `${name} to v${version}`,
    words: `App ${app} on Heroku ran v${version} (${commit}) before and runs it again.${cleared.words}`,
    details: { ...cleared.details, before: currentSha, after: sha },
    jobId: null,
    plan: {
      kind: 'release.rollback',
      heroku: app,
      environmentName: name,
      releaseId,
      version,
      slugId,
      sha,
      newestVersion: facts.releases[0]?.version ?? 0,
    },
  }
}

/** What GitLab and Heroku say at this moment of going back to a release. Throws `refused` where there is none such. */
export async function releaseRollbackFacts(
  ctx: Context,
  input: ReleaseTarget,
): Promise<{ app: string; facts: ReleaseRollbackFacts; currentSha: string | null }> {
  const { projectId, version } = input
  const [project, { environment, deployments }] = await Promise.all([
    ctx.gitlab.project(projectId),
    environmentNow(ctx, input),
  ])
  const app = await herokuBehind(ctx, project, environment)
  if (app === null) throw refusal(`${environment.name} is not on Heroku.`)
  const heroku = herokuIn(ctx)
  const releases = await heroku.releases(app)
  const found = releases.find((release) => release.version === version)
  if (!found) throw refusal(`Heroku has no release v${version} of ${app} any more.`)
  const known = await herokuDetail(ctx.db, app)
  const commitOf = async ({ slugId }: HerokuRelease): Promise<string | null> => {
    if (slugId === null) return null
    const told = known?.releases.find((release) => release.slugId === slugId)?.sha
    return told ?? (await heroku.slug(app, slugId)).commit
  }
  const current = releases.find((release) => release.current)
  const [sha, currentSha] = await Promise.all([commitOf(found), current ? commitOf(current) : null])
  const [lost, closure] = await Promise.all([
    sha === null || currentSha === null ? null : lostCommits(ctx, projectId, { chosenSha: sha, currentSha }),
    closureNow(ctx, { projectId, environment, sha: sha ?? '' }),
  ])
  return { app, currentSha, facts: { environment, deployments, releases, chosen: { ...found, sha }, lost, closure } }
}

const outageMs = 120_000

/** Asks for the release once. After an answer that got lost, and in another process, it is looked for before it is asked for again. */
async function makeRelease(held: Held<ReleasePlan>): Promise<Outcome> {
  const heroku = herokuIn(held.world)
  const { heroku: app, releaseId } = held.plan
  const before = await patiently(held, outageMs, () => madeRelease(held))
  if (before) return made(held, before)
  await held.assure()
  try {
    return await made(held, await heroku.rollBack(app, releaseId))
  } catch (error) {
    if (!(error instanceof BerthError) || error.kind !== 'unavailable' || held.hurried) throw error
    const late = await patiently(held, outageMs, () => madeRelease(held))
    if (!late) throw error
    return made(held, late)
  }
}

async function made(held: Held<ReleasePlan>, release: HerokuRelease): Promise<Outcome> {
  await held.remember({ plan: { made: release.version } })
  return done(`Heroku made release v${release.version} of what v${held.plan.version} was.`)
}

async function madeRelease({ world, plan }: Held<ReleasePlan>): Promise<HerokuRelease | null> {
  const releases = await herokuIn(world).releases(plan.heroku)
  const isIt = ({ version, slugId, description }: HerokuRelease): boolean =>
    version > plan.newestVersion && slugId === plan.slugId && description.endsWith(` v${plan.version}`)
  return releases.find(isIt) ?? null
}

/** A release phase may take long. */
const releasePhaseMs = 15 * 60_000

async function followRelease(held: Held<ReleasePlan>): Promise<Outcome> {
  const { heroku: app, made: version } = held.plan
  for (;;) {
    const releases = await patiently(held, outageMs, () => herokuIn(held.world).releases(app))
    const release = releases.find((candidate) => candidate.version === version)
    if (!release) return failed('heroku', `Heroku does not show release v${version} of ${app}.`)
    if (release.status === 'succeeded') return done(`Release v${version} succeeded.`)
    if (release.status !== 'pending')
      return failed('heroku', `Release v${version} of ${app} ${release.status} on Heroku.`)
    if (held.world.now().getTime() - held.enteredAt.getTime() > releasePhaseMs) {
      return failed('heroku', `The release phase of v${version} of ${app} did not end within 15 minutes.`)
    }
    await held.say(`The release phase of v${version} runs.`)
    await held.pause(2000)
  }
}

export const rollBackReleaseBeats: Beats<ReleasePlan> = {
  act: makeRelease,
  follow: followRelease,
  verify: (held) => {
    const { heroku: app, sha, made: version = 0 } = held.plan
    return verifyReleased(held, herokuIn(held.world), { app, sha, version })
  },
}

const refusal = (reason: string): BerthError => new BerthError('refused', 'berth', reason)
