import { forgetKeepAlives, projectsWithPolicies, runningPolicyStops } from '#lib/db/policies.ts'
import { type PolicyGrounds, policyGrounds } from '#lib/db/policy-subjects.ts'
import { type Actor, everywhere } from '#lib/domain/access.ts'
import { failureOf } from '#lib/domain/errors.ts'
import { type PolicyIntent, type PolicyPlan, policyActorName, policyPlan } from '#lib/domain/policy.ts'
import { log } from '#lib/log.ts'
import type { Context, World } from '../context.ts'
import { audited } from './audited.ts'
import { announce } from './policy-announcements.ts'
import { stopForPolicy } from './policy-stop.ts'
import { projectNotFound, requireRole } from './require-role.ts'

/** What one run did. */
export interface PolicyRun {
  announced: number
  /** Names of environments of which the stop was asked for. */
  stopped: string[]
  /** What was due and was not stopped, and why. */
  refused: { environmentName: string; words: string }[]
}

/** Stops of one project that run at once: a policy that was just switched on must not take every runner. */
const mostAtOnce = 5
/** Each is asked of GitLab before it is stopped: the others wait for the next run. */
const mostLooked = 20

/** Who kept what is of interest for a while after it ended. */
const keptDays = 30

/** Policies do what they do in a name of their own, with Berth's own token. */
export const policyActor: Actor = {
  kind: 'policy',
  name: policyActorName,
  via: 'policy',
  personId: null,
  access: everywhere('maintainer'),
}

/** Lets the policies of every project do what is due. One project that fails does not keep the others waiting. */
export async function runPolicies(world: World): Promise<void> {
  const ctx: Context = { ...world, actor: policyActor }
  for (const projectId of await projectsWithPolicies(world.db)) {
    try {
      await runProject(ctx, projectId)
    } catch (error) {
      log.error({ err: error }, `The policies of project ${projectId} could not be run.`)
    }
  }
  await forgetKeepAlives(world.db, new Date(world.now().getTime() - keptDays * 86_400_000))
}

/** The same for one project because somebody asked for it, who is in the audit; what is done is done in the policies' name. */
export function runPoliciesNow(
  ctx: Context,
  { projectId }: { projectId: number },
): Promise<PolicyRun & { words: string }> {
  const change = { action: 'policy.run', projectId, target: `policies of project ${projectId}` }
  return audited(ctx, change, async () => {
    requireRole(ctx.actor, 'maintainer', projectId)
    const run = await runProject({ ...ctx, actor: policyActor }, projectId)
    const words = runWords(run)
    return { result: { ...run, words }, words }
  })
}

function runWords({ announced, stopped, refused }: PolicyRun): string {
  const words = [
    ...(announced > 0 ? [`Announced ${announced}.`] : []),
    ...(stopped.length > 0 ? [`Stopping ${stopped.join(', ')}.`] : []),
    ...refused.map(({ environmentName, words }) => `Did not stop ${environmentName}: ${words}`),
  ]
  return words.length === 0 ? 'Nothing was due.' : words.join(' ')
}

/** First what is to be said, then what is due, one by one, each decided anew: somebody may press Keep while it runs. */
async function runProject(ctx: Context, projectId: number): Promise<PolicyRun> {
  const { db } = ctx
  const project = await db.project.findUnique({ where: { id: projectId }, select: { pathWithNamespace: true } })
  if (!project) throw projectNotFound(projectId)
  const first = await planNow(ctx, projectId)
  const run: PolicyRun = {
    announced: await announce(ctx, { id: projectId, ...project }, first.plan),
    stopped: [],
    refused: [],
  }
  const looked = new Set<number>()
  let now = first
  let places = mostAtOnce - (await runningPolicyStops(db, projectId))
  while (places > 0 && looked.size < mostLooked) {
    const intent = now.plan.intents.find(({ due, environmentId }) => due === 'stop' && !looked.has(environmentId))
    if (!intent) break
    looked.add(intent.environmentId)
    const came = await stopOne(ctx, projectId, { intent, grounds: now.grounds, run })
    if (came === 'outage') break
    if (came === 'asked') places -= 1
    now = await planNow(ctx, projectId)
  }
  return run
}

async function stopOne(
  ctx: Context,
  projectId: number,
  { intent, grounds, run }: { intent: PolicyIntent; grounds: PolicyGrounds; run: PolicyRun },
): Promise<'asked' | 'left' | 'outage'> {
  const { environmentName } = intent
  try {
    const operation = await stopForPolicy(ctx, projectId, { intent, grounds })
    if (!operation) return 'left'
    run.stopped.push(environmentName)
    return 'asked'
  } catch (error) {
    const { kind, message } = failureOf(error)
    run.refused.push({ environmentName, words: message })
    return kind === 'unavailable' ? 'outage' : 'left'
  }
}

async function planNow(
  { db, dokku, mappingOf, now }: Context,
  projectId: number,
): Promise<{ plan: PolicyPlan; grounds: PolicyGrounds }> {
  const asOf = now()
  const grounds = await policyGrounds(db, projectId, { hosts: [...dokku.keys()], mappingOf, asOf })
  return { grounds, plan: policyPlan(grounds.subjects, grounds.settings.policies, grounds.memory, asOf) }
}
