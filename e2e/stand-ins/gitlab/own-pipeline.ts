import { join } from 'node:path'
import { type Config, isRecord, readConfig } from './ci-config.ts'
import { type Listed, listJobs } from './gitlab-ci-local.ts'
import { jobVariables, refVariables, type Variables } from './job-variables.ts'
import { Refusal } from './reply.ts'
import { filesAt } from './repository.ts'
import type { OwnJob, OwnPipeline, Project, Ref, World } from './world.ts'

const fileName = '.gitlab-ci.yml'

/** The jobs that a project's own `.gitlab-ci.yml` has for a ref, as gitlab-ci-local judges its rules; `null` when there is none. */
export async function ownPipeline(
  world: World,
  project: Project,
  push: Ref & { sha: string },
): Promise<OwnPipeline | null> {
  const { repository } = project
  if (!repository || !project.runsOwnPipeline) return null
  const files = await filesAt(repository, push.sha, (path) => /\.ya?ml$/.test(path))
  const content = files.get(fileName)
  if (content === undefined) return null
  const config = readConfig(content, (path) => files.get(path) ?? null)
  const variables = refVariables(world, project, push)
  const listed = await listJobs({
    dir: join(world.dir, 'builds'),
    repository,
    sha: push.sha,
    variables,
    herokuUrl: null,
  })
  const jobs = listed.map((job) => ownJob(config, job, variables))
  if (jobs.length === 0) return null
  return { stages: listOf(config.stages) ?? ['build', 'test', 'deploy'], jobs }
}

function ownJob(config: Config, { name, stage, when, allowFailure, needs }: Listed, variables: Variables): OwnJob {
  const written = recordOf(config[name])
  const own = Object.fromEntries(
    Object.entries({ ...recordOf(config.variables), ...recordOf(written.variables) }).map(([key, value]) => [
      key,
      String(value),
    ]),
  )
  const environment = isRecord(written.environment)
    ? written.environment
    : typeof written.environment === 'string'
      ? { name: written.environment }
      : null
  return {
    name,
    stage,
    manual: when === 'manual',
    allowFailure,
    needs,
    gitStrategy: own.GIT_STRATEGY === 'none' ? 'none' : 'fetch',
    // What a new project of GitLab has, unless a job says otherwise; 0 is all of it.
    gitDepth: Number(own.GIT_DEPTH ?? 20),
    variables: own,
    environment: environment && {
      name: jobVariables(variables, own).expand(String(environment.name)),
      url: environment.url === undefined ? null : String(environment.url),
      action: environment.action === 'stop' ? 'stop' : 'start',
      onStop: environment.on_stop === undefined ? null : String(environment.on_stop),
      tier: environment.deployment_tier === undefined ? null : (String(environment.deployment_tier) as never),
      autoStopMs: environment.auto_stop_in === undefined ? null : durationMs(String(environment.auto_stop_in)),
    },
  }
}

const recordOf = (value: unknown): Config => (isRecord(value) ? value : {})
const listOf = (value: unknown): string[] | null => (Array.isArray(value) ? value.map(String) : null)

const unitMs: Record<string, number> = { minute: 60_000, hour: 3_600_000, day: 86_400_000, week: 7 * 86_400_000 }

/** `1 week`, `3 days and 12 hours`. */
function durationMs(text: string): number {
  const parts = [...text.matchAll(/(\d+)\s*(minute|hour|day|week)s?/g)]
  if (parts.length === 0) throw new Refusal(400, { message: `auto_stop_in: ${text} is no duration` })
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * (unitMs[unit as string] as number), 0)
}
