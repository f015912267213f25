import { createHash } from 'node:crypto'
import { readCiYaml } from '#lib/ci-yaml/read.ts'
import { dokkuObserved } from '#lib/db/board-facts.ts'
import { deployKeyOf } from '#lib/db/wiring.ts'
import type { Dokku } from '#lib/dokku/index.ts'
import { appOf, isInLane } from '#lib/domain/app-name.ts'
import type { CiSettings } from '#lib/domain/ci-settings.ts'
import type { CiVariable } from '#lib/domain/ci-variable.ts'
import type { EnvironmentState, Tier } from '#lib/domain/environment.ts'
import { BerthError, failureOf } from '#lib/domain/errors.ts'
import type { Mapping } from '#lib/domain/mapping.ts'
import { environmentSlug } from '#lib/domain/slug.ts'
import { stopForecasts } from '#lib/domain/stop-forecast.ts'
import type { HookStatus, Webhook } from '#lib/domain/webhook.ts'
import { type Told, toldOr } from '#lib/domain/wiring/check.ts'
import { expectedApps } from '#lib/domain/wiring/expected-apps.ts'
import type { HostFacts, MappedEnvironment, PipelineFile, WiringFacts } from '#lib/domain/wiring/facts.ts'
import { pipelineJobs } from '#lib/domain/wiring/pipeline-jobs.ts'
import { executorIn } from '#lib/domain/wiring/runner-checks.ts'
import type { Gitlab } from '#lib/gitlab/index.ts'
import type { World } from '../context.ts'
import { projectNotFound } from './require-role.ts'

/** Runners that are asked which jobs they take. */
const mostRunners = 30

/** Asks GitLab and Dokku everything that the wiring is judged by. What one of them does not tell is a fact too. */
export async function wiringFacts(
  world: World,
  { projectId, personId }: { projectId: number; personId: string | null },
): Promise<WiringFacts> {
  const { db } = world
  const project = await db.project.findUnique({ where: { id: projectId } })
  if (!project) throw projectNotFound(projectId)
  const { pathWithNamespace, webUrl, defaultBranch } = project
  const mapping = world.mappingOf(pathWithNamespace)
  const ask = asker(world, personId)
  const environments = await mappedEnvironments(world, { projectId, pathWithNamespace, mapping })
  const [settings, runners, variables, groups, pendingJobs, protectedRefs, protectedEnvironments, executor, clock] =
    await Promise.all([
      ask((gitlab) => gitlab.ciSettings(projectId)),
      ask((gitlab) => runnersWithRules(gitlab, projectId)),
      ask((gitlab) => gitlab.variables(projectId)),
      groupVariables(ask, pathWithNamespace),
      ask((gitlab) => gitlab.pendingJobs(projectId)),
      ask((gitlab) => gitlab.protectedRefs(projectId)),
      ask((gitlab) => gitlab.protectedEnvironments(projectId)),
      ask((gitlab) => executorOf(world, gitlab, projectId)),
      told(clockAhead(world)),
    ])
  const [pipeline, token, hosts, deployKey, webhook] = await Promise.all([
    ask((gitlab) => pipelineFile(gitlab, { projectId, settings })),
    told(world.gitlab.ownToken()),
    hostFacts(world, { mapping, environments }),
    deployKeyOf(db, projectId),
    webhookOf(world, projectId),
  ])
  return {
    project: { id: projectId, pathWithNamespace, webUrl, defaultBranch },
    mapping,
    settings,
    pipeline,
    runners,
    pendingJobs,
    executor,
    variables,
    ...groups,
    protectedRefs,
    protectedEnvironments,
    environments,
    expectedApps: await branchApps(world, { project, mapping, environments, pipeline }),
    hosts,
    deployKey,
    webhook,
    token,
    gitlabClockSeconds: clock,
  }
}

async function told<Value>(question: Promise<Value>): Promise<Told<Value>> {
  try {
    return { value: await question }
  } catch (error) {
    if (error instanceof BerthError) return { failure: failureOf(error) }
    throw error
  }
}

type Ask = <Value>(question: (gitlab: Gitlab) => Promise<Value>) => Promise<Told<Value>>

/** Asks with Berth's own token, and what that may not see as the person who asks. */
function asker(world: World, personId: string | null): Ask {
  return async (question) => {
    const first = await told(question(world.gitlab))
    if (personId === null || !('failure' in first)) return first
    if (first.failure.kind !== 'forbidden' && first.failure.kind !== 'not-found') return first
    const second = await told(world.gitlabAs(personId).then(question))
    return 'value' in second ? second : first
  }
}

async function runnersWithRules(gitlab: Gitlab, projectId: number) {
  const runners = await gitlab.runners(projectId)
  const rules = await Promise.all(runners.slice(0, mostRunners).map(({ id }) => gitlab.runnerRules(id)))
  return runners.map((runner, index) => ({ ...runner, takes: rules[index] ?? null }))
}

/** Of each group above the project. One whose settings are not shown may have any variable. */
async function groupVariables(ask: Ask, path: string): Promise<Pick<WiringFacts, 'groupVariables' | 'unreadGroups'>> {
  const parts = path.split('/').slice(0, -1)
  const groups = parts.map((_, index) => parts.slice(0, index + 1).join('/')).reverse()
  const answers = await Promise.all(groups.map((group) => ask((gitlab) => gitlab.groupVariables(group))))
  const found: CiVariable[] = []
  const unread: string[] = []
  for (const [index, answer] of answers.entries()) {
    if ('value' in answer) found.push(...answer.value)
    // A person's own namespace is no group, and has no variables.
    else if (answer.failure.kind !== 'not-found') unread.push(groups[index] as string)
  }
  return { groupVariables: found, unreadGroups: unread }
}

/** The file on the default branch as GitLab reads it, with everything it includes. */
export async function pipelineFile(
  gitlab: Gitlab,
  { projectId, settings }: { projectId: number; settings: Told<CiSettings> },
): Promise<PipelineFile> {
  const { valid, errors, warnings, mergedYaml } = await gitlab.ciLint(projectId, { content: null })
  const path = toldOr(settings, null)?.configPath ?? '.gitlab-ci.yml'
  const file = mergedYaml === null ? {} : readCiYaml(mergedYaml)
  const complaints = [...errors, ...warnings]
  return { path, isValid: valid, complaints, jobs: pipelineJobs(file), forecasts: stopForecasts(file) }
}

/** GitLab's API does not tell the executor; the log of a job does. */
async function executorOf({ db }: World, gitlab: Gitlab, projectId: number) {
  const row = await db.deployment.findFirst({
    where: { projectId, jobId: { not: null }, status: { in: ['success', 'failed'] } },
    orderBy: { updatedAt: 'desc' },
    select: { jobId: true, jobName: true },
  })
  if (!row?.jobId) return null
  const executor = executorIn(await gitlab.jobLog(projectId, Number(row.jobId)))
  return executor === null ? null : { executor, jobName: row.jobName ?? 'a job' }
}

/** From the middle of the question: the answer was made on its way. */
async function clockAhead({ gitlab, now }: World): Promise<number> {
  const askedAt = now().getTime()
  const theirs = await gitlab.clock()
  const ours = (askedAt + now().getTime()) / 2
  // Their header drops the fraction of the second.
  return Math.round((theirs.getTime() + 500 - ours) / 1000)
}

async function mappedEnvironments(
  { db, dokku }: World,
  { projectId, pathWithNamespace, mapping }: { projectId: number; pathWithNamespace: string; mapping: Mapping },
): Promise<MappedEnvironment[]> {
  const [rows, directory] = await Promise.all([
    db.environment.findMany({ where: { projectId }, orderBy: { id: 'asc' } }),
    dokkuObserved(db, [...dokku.keys()]),
  ])
  return rows.map(({ name, slug, state, tier, autoStopAt, externalUrl }) => {
    const environment = { name, slug, externalUrl, tier: tier as Tier }
    return {
      name,
      slug,
      state: state as EnvironmentState,
      tier: tier as Tier,
      autoStopAt,
      app: appOf(environment, { mapping, projectName: lastOf(pathWithNamespace), directory }),
    }
  })
}

async function branchApps(
  { db }: World,
  facts: {
    project: { id: number; pathWithNamespace: string; defaultBranch: string | null }
    mapping: Mapping
    environments: readonly MappedEnvironment[]
    pipeline: Told<PipelineFile>
  },
) {
  const { project, mapping, environments, pipeline } = facts
  const branches = await db.branch.findMany({ where: { projectId: project.id }, select: { name: true } })
  const slugs = new Map(environments.map(({ name, slug }) => [name, slug]))
  return expectedApps(
    branches.map(({ name }) => name).filter((name) => name !== project.defaultBranch),
    {
      jobs: toldOr(pipeline, null)?.jobs ?? [],
      mapping,
      projectName: lastOf(project.pathWithNamespace),
      slugOf: (name) => slugs.get(name) ?? environmentSlug(name, sha256),
    },
  )
}

/** The hosts that the project's jobs deploy to, asked all at once. */
export async function hostFacts(
  { db, dokku }: World,
  { mapping, environments }: { mapping: Mapping; environments: readonly MappedEnvironment[] },
): Promise<HostFacts[]> {
  const [firstHost] = dokku.keys()
  const review = mapping.reviewHost ?? firstHost
  const lane = new Set([
    ...Object.values(mapping.named).flatMap((named) => ('heroku' in named ? [] : named.host)),
    ...environments.flatMap((one) => (isInLane(one) && one.app ? [one.app.host] : [])),
  ])
  const rows = await db.dokkuHost.findMany({ select: { name: true, address: true, port: true } })
  const used = [...dokku.values()].filter(({ host }) => host === review || lane.has(host))
  return Promise.all(
    used.map(async (one) => {
      const { address = one.host, port = 22 } = rows.find(({ name }) => name === one.host) ?? {}
      const serves: HostFacts['serves'] = [
        ...(one.host === review ? (['review'] as const) : []),
        ...(lane.has(one.host) ? (['lane'] as const) : []),
      ]
      return { name: one.host, address, port, serves, ...(await answersOf(one)) }
    }),
  )
}

async function answersOf(
  dokku: Dokku,
): Promise<Pick<HostFacts, 'installation' | 'globalDomains' | 'keys' | 'refusedKey'>> {
  const [installation, globalDomains, keys] = await Promise.all([
    told(dokku.installation()),
    told(dokku.globalDomains()),
    told(dokku.keyFingerprints()),
  ])
  return { installation, globalDomains, keys, refusedKey: dokku.refusedKey }
}

async function webhookOf({ db }: World, projectId: number): Promise<Webhook | null> {
  const row = await db.webhook.findUnique({ where: { projectId } })
  if (!row) return null
  const { token: _, signingKey: __, hookId, gitlabStatus, ...webhook } = row
  return {
    ...webhook,
    hookId: hookId === null ? null : Number(hookId),
    gitlabStatus: gitlabStatus as HookStatus | null,
  }
}

const lastOf = (path: string): string => path.split('/').at(-1) ?? path

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
