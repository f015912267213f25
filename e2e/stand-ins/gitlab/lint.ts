import { type Config, ConfigError, isRecord, mergedYaml, readConfig } from './ci-config.ts'

export interface LintResult {
  valid: boolean
  errors: string[]
  warnings: string[]
  merged_yaml: string | null
  includes: unknown[]
}

/** Top-level keys that are no jobs. */
const globals = new Set(
  'default include image services stages types before_script after_script variables cache workflow spec'.split(' '),
)

const jobKeys = new Set(
  `tags script run type image services start_in artifacts cache dependencies before_script after_script environment
   coverage retry parallel interruptible timeout release id_tokens hooks publish pages manual_confirmation identity
   secrets extends rules variables inherit allow_failure when needs stage only except resource_group trigger
   dast_configuration inputs`.split(/\s+/),
)

const environmentKeys = new Set('name url action on_stop auto_stop_in kubernetes deployment_tier'.split(' '))
const actions = ['start', 'stop', 'prepare', 'verify', 'access']
const whens = ['on_success', 'on_failure', 'always', 'manual', 'delayed']
const tiers = ['production', 'staging', 'testing', 'development', 'other']

type Job = Record<string, unknown> & { name: string }

const list = (value: unknown): unknown[] => (value === undefined ? [] : Array.isArray(value) ? value : [value])

function jobsOf(config: Config): Job[] {
  return Object.entries(config).flatMap(([name, job]) =>
    globals.has(name) || name.startsWith('.') ? [] : [{ ...(isRecord(job) ? job : {}), name }],
  )
}

const isScript = (value: unknown): boolean =>
  typeof value === 'string' || (Array.isArray(value) && value.length > 0 && value.every(isScript))

const oneOf = (known: string[]): string => {
  const [last, ...others] = known.toReversed()
  return `${others.toReversed().join(', ')}, or ${last}`
}

/** What GitLab finds before it looks at how jobs belong together: all of it at once. */
function shapeErrors(config: Config, jobs: Job[]): string[] {
  const errors: string[] = []
  if (config.stages !== undefined && !list(config.stages).every((stage) => typeof stage === 'string'))
    errors.push('stages config should be an array of strings')
  for (const { name, ...job } of jobs) {
    const at = `jobs:${name}`
    if (!('script' in job || 'trigger' in job || 'run' in job)) {
      errors.push(`jobs ${name} config should implement the script:, run:, or trigger: keyword`)
      continue
    }
    const unknown = Object.keys(job).filter((key) => !jobKeys.has(key))
    if (unknown.length > 0) errors.push(`${at} config contains unknown keys: ${unknown.join(', ')}`)
    if (job.rules !== undefined) {
      const mixed = ['only', 'except', 'when'].filter((key) => key in job)
      if (mixed.length > 0) errors.push(`${at} config key may not be used with \`rules\`: ${mixed.join(', ')}`)
      if (!list(job.rules).flat().every(isRecord)) errors.push(`${at}:rules config should be an array of hashes`)
    }
    for (const key of ['script', 'before_script', 'after_script']) {
      if (job[key] !== undefined && !isScript(job[key]) && !(key !== 'script' && list(job[key]).length === 0))
        errors.push(`${at}:${key} config should be a string or a nested array of strings up to 10 levels deep`)
    }
    if (job.when !== undefined && !whens.includes(String(job.when)))
      errors.push(`${at} when should be one of: ${whens.join(', ')}`)
    errors.push(...environmentErrors(at, job.environment))
  }
  if (jobs.length === 0) errors.push('jobs config should contain at least one visible job')
  return errors
}

function environmentErrors(at: string, environment: unknown): string[] {
  if (!isRecord(environment)) return []
  const unknown = Object.keys(environment).filter((key) => !environmentKeys.has(key))
  return [
    ...(unknown.length > 0 ? [`${at}:environment config contains unknown keys: ${unknown.join(', ')}`] : []),
    ...(environment.name === undefined ? [`${at}:environment name can't be blank`] : []),
    ...(environment.action !== undefined && !actions.includes(String(environment.action))
      ? [`${at}:environment action should be ${oneOf(actions)}`]
      : []),
    ...(environment.deployment_tier !== undefined && !tiers.includes(String(environment.deployment_tier))
      ? [`${at}:environment deployment tier must be one of ${oneOf(tiers)}`]
      : []),
  ]
}

/** What GitLab finds of how jobs belong together: it stops at the first. */
function* logicalErrors(config: Config, jobs: Job[]): Generator<string> {
  const stages = ['.pre', ...(list(config.stages ?? ['build', 'test', 'deploy']) as string[]), '.post']
  const stageOf = (job: Job): string => String(job.stage ?? 'test')
  const named = new Map(jobs.map((job) => [job.name, job]))
  for (const job of jobs) {
    const { name } = job
    if (!stages.includes(stageOf(job)))
      yield `${name} job: chosen stage ${stageOf(job)} does not exist; available stages are ${stages.join(', ')}`
    for (const [word, names] of [
      ['dependency', list(job.dependencies)],
      ['need', list(job.needs)],
    ] as const) {
      for (const wanted of names) {
        if (isRecord(wanted) && (wanted.project !== undefined || wanted.pipeline !== undefined)) continue
        const other = String(isRecord(wanted) ? wanted.job : wanted)
        const needed = named.get(other)
        if (!needed) {
          if (!(isRecord(wanted) && wanted.optional === true)) yield `${name} job: undefined ${word}: ${other}`
        } else if (stages.indexOf(stageOf(needed)) > stages.indexOf(stageOf(job))) {
          yield `${name} job: ${word} ${other} is not defined in current or prior stages`
        }
      }
    }
    yield* onStopErrors(job, named)
  }
}

function* onStopErrors(job: Job, named: Map<string, Job>): Generator<string> {
  if (!isRecord(job.environment) || job.environment.on_stop === undefined) return
  const onStop = String(job.environment.on_stop)
  const about = `${job.name} job: on_stop job ${onStop}`
  const stop = named.get(onStop)
  if (!stop) return yield `${about} is not defined`
  const environment = typeof stop.environment === 'string' ? { name: stop.environment } : stop.environment
  if (!isRecord(environment)) return yield `${about} does not have environment defined`
  if (environment.name !== job.environment.name) yield `${about} have different environment name`
  if (environment.action !== 'stop') yield `${about} needs to have action stop defined`
}

/** A job whose last rule takes every pipeline would run in both the branch's and the merge request's. */
const warningsOf = (config: Config, jobs: Job[]): string[] =>
  isRecord(config.workflow)
    ? []
    : jobs.flatMap(({ name, rules }) => {
        const last = list(rules).at(-1)
        const takesAll = isRecord(last) && !['if', 'changes', 'exists'].some((key) => key in last)
        return takesAll && last.when !== 'never' && last.when !== undefined
          ? [
              `jobs:${name} may allow multiple pipelines to run for a single action due to \`rules:when\` clause with no \`workflow:rules\` - read more: https://docs.gitlab.com/ci/jobs/job_troubleshooting/#job-may-allow-multiple-pipelines-to-run-for-a-single-action`,
            ]
          : []
      })

/** Lints as GitLab does without a simulated pipeline; `fileOf` reads what the file includes from its repository. */
export function lint(content: string | null, fileOf: (path: string) => string | null): LintResult {
  if (content === null || content.trim() === '') return refused(['Please provide content of .gitlab-ci.yml'])
  try {
    const config = readConfig(content, fileOf)
    const jobs = jobsOf(config)
    const shape = shapeErrors(config, jobs)
    const errors = shape.length > 0 ? shape : [...logicalErrors(config, jobs)].slice(0, 1)
    return {
      valid: errors.length === 0,
      errors,
      warnings: warningsOf(config, jobs),
      merged_yaml: mergedYaml(config),
      includes: [],
    }
  } catch (error) {
    if (error instanceof ConfigError) return refused([error.message])
    throw error
  }
}

const refused = (errors: string[]): LintResult => ({
  valid: false,
  errors,
  warnings: [],
  merged_yaml: null,
  includes: [],
})
