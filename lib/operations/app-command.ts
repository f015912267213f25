import type { Dokku } from '#lib/dokku/index.ts'
import type { AppDecision, AppFacts } from '#lib/domain/app-control.ts'
import { refuseUnless } from '#lib/domain/decision.ts'
import { BerthError } from '#lib/domain/errors.ts'
import type { AppLocation } from '#lib/domain/mapping.ts'
import type { OperationKind } from '#lib/domain/operation.ts'
import type { Context, World } from '../context.ts'
import { appBehind } from './app-behind.ts'
import type { Decided } from './ask.ts'
import type { AppTarget } from './ask-on-app.ts'
import { done, failed, type Held, type Outcome } from './beat.ts'
import { patiently } from './patience.ts'

/** What every command on one app needs to know of it. */
export interface AppPlan {
  kind: OperationKind
  environmentName: string
  app: AppLocation
  /** How often the command was begun: more than once means that nobody saw its end before. */
  begun: number
}

const outageMs = 120_000
const mostTries = 5
/** What took so long was not cut off, but too much for the host: it is not begun again. */
const overlongMs = 8 * 60_000

/** Re-reads the environment from GitLab and its app from Dokku, and asks the rule. */
export async function decideOnApp(
  ctx: Context,
  kind: OperationKind,
  { projectId, environmentId }: AppTarget,
  rule: (facts: AppFacts, dokku: Dokku) => AppDecision | Promise<AppDecision>,
): Promise<Decided<AppPlan>> {
  const { gitlab } = ctx
  const [project, environment] = await Promise.all([
    gitlab.project(projectId),
    gitlab.environment(projectId, environmentId),
  ])
  const [behind, deployments] = await Promise.all([
    appBehind(ctx, project, environment),
    gitlab.environmentDeployments(projectId, environment.name),
  ])
  if (behind === null) throw refusal(`No rule says which Dokku app ${environment.name} is.`)
  const dokku = await hostOf(ctx, behind)
  const app = { host: dokku.host, app: behind.app.app }
  const deploying = deployments.find(({ status }) => status === 'running') ?? null
  const { words } = refuseUnless(await rule({ environment, app, deploying, ...(await appNow(dokku, app.app)) }, dokku))
  return {
    title: environment.name,
    words,
    jobId: null,
    plan: { kind, environmentName: environment.name, app, begun: 0 },
  }
}

/** The host that has the app; the first of those on which it could be when none has. */
async function hostOf(world: World, { app, hosts }: { app: AppLocation; hosts: string[] }): Promise<Dokku> {
  const known = hosts.flatMap((name) => world.dokku.get(name) ?? [])
  const [first] = known
  if (!first) throw refusal(`Dokku host ${app.host} is not configured.`)
  if (known.length === 1) return first
  for (const dokku of known) if (await dokku.appExists(app.app)) return dokku
  return first
}

async function appNow(dokku: Dokku, app: string): Promise<Pick<AppFacts, 'report' | 'locked'>> {
  const { apps } = await dokku.look()
  const seen = apps.find(({ name }) => name === app)
  if (!seen) return { report: null, locked: null }
  return { report: await dokku.processReport(app), locked: seen.locked }
}

export interface AppCommand {
  /** What Dokku is asked for, and what has happened then: `restart`, `restarted`. */
  wish: string
  end: string
  run(dokku: Dokku, app: string, signal: AbortSignal): Promise<unknown>
}

/**
 * Runs a command that may take minutes, in the worker only: hanging up ends it. After a process that died and after an
 * answer that got lost nobody knows what came of it: once the host is back and has the app, the command is begun again,
 * which is safe for these.
 */
export async function runOnApp(held: Held<AppPlan>, { wish, end, run }: AppCommand): Promise<Outcome | 'later'> {
  if (held.hurried) return 'later'
  const { app } = held.plan.app
  for (;;) {
    const dokku = hostIn(held)
    const again = held.plan.begun > 0
    if (again && !(await patiently(held, outageMs, () => dokku.appExists(app)))) {
      return failed('dokku', `App ${app} is gone from ${dokku.host}.`, 'not-found')
    }
    await held.remember({ plan: { begun: held.plan.begun + 1 } })
    await held.say(
      again
        ? `Nobody saw how it ended: Dokku was asked again to ${wish} app ${app}.`
        : `Dokku was asked to ${wish} app ${app}.`,
    )
    const begunAt = held.world.now().getTime()
    try {
      await run(dokku, app, held.signal)
      return done(`Dokku ${end} app ${app}${again ? '; it was begun again, since nobody saw how it had ended' : ''}.`)
    } catch (error) {
      held.signal.throwIfAborted()
      const isOverlong = held.world.now().getTime() - begunAt >= overlongMs
      if (isOverlong || !mayBeginAgain(error, held.plan.begun)) throw error
      await held.say(`Dokku did not ${wish} app ${app} (${error.message}); looking again.`)
      await held.pause(5000)
    }
  }
}

/** A command that was cut off leaves its lock until the host has noticed. */
const mayBeginAgain = (error: unknown, begun: number): error is BerthError =>
  error instanceof BerthError &&
  begun < mostTries &&
  (error.kind === 'unavailable' || (begun > 1 && error.kind === 'refused' && /\block\b/i.test(error.message)))

export function hostIn({ plan, world }: Pick<Held<AppPlan>, 'plan' | 'world'>): Dokku {
  const dokku = world.dokku.get(plan.app.host)
  if (dokku) return dokku
  throw new BerthError('invalid', 'berth', `Dokku host ${plan.app.host} is not configured any more.`)
}

const refusal = (reason: string): BerthError => new BerthError('refused', 'berth', reason)
