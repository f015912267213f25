import { listed } from './sentence.ts'

/** One thing that has to hold so that GitLab can tear a review app down. */
export interface StopCheck {
  name:
    | 'on-stop'
    | 'stop-job'
    | 'same-environment'
    | 'manual'
    | 'same-rules'
    | 'reachable'
    | 'git-strategy'
    | 'allow-failure'
    | 'resource-group'
  passed: boolean
  /** Without it the review app stays up; otherwise it is only a risk. */
  isVital: boolean
  words: string
  /** What the file says, in its own words. */
  evidence: string
}

/** How stopping the environments of one job would go, before anybody merges the file. */
export interface StopForecast {
  deployJob: string
  /** As the file writes it, with its variables. */
  environmentName: string
  stopJob: string | null
  willStop: boolean
  checks: StopCheck[]
}

type Fields = Record<string, unknown>
interface Job {
  name: string
  fields: Fields
}

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const listOf = (value: unknown): unknown[] =>
  value === undefined || value === null ? [] : Array.isArray(value) ? value.flat(9) : [value]
const shown = (value: unknown): string => (value === undefined ? 'nothing' : JSON.stringify(value))

/**
 * For every job that deploys an environment of a changing name. Takes the file as GitLab writes it out, with its includes and
 * `extends` resolved: what is hidden in those would be missed otherwise.
 */
export function stopForecasts(config: Fields): StopForecast[] {
  const jobs = Object.entries(config).flatMap(([name, fields]): Job[] =>
    !name.startsWith('.') && isFields(fields) && ('script' in fields || 'run' in fields) ? [{ name, fields }] : [],
  )
  return jobs.flatMap((job) => {
    const { name, action = 'start' } = environmentOf(job)
    return action === 'start' && name.includes('$') ? [forecast(config, jobs, job)] : []
  })
}

function environmentOf({ fields }: Job): { name: string; action?: string; onStop?: string } {
  const { environment } = fields
  if (!isFields(environment)) return { name: typeof environment === 'string' ? environment : '' }
  const { name, action, on_stop: onStop } = environment
  return {
    name: String(name ?? ''),
    ...(action === undefined ? {} : { action: String(action) }),
    ...(onStop === undefined ? {} : { onStop: String(onStop) }),
  }
}

function forecast(config: Fields, jobs: Job[], deploy: Job): StopForecast {
  const { name: environmentName, onStop } = environmentOf(deploy)
  const stop = jobs.find(({ name }) => name === onStop)
  const checks = [
    hasOnStop(deploy, onStop),
    ...(onStop === undefined ? [] : [isThere(onStop, stop)]),
    ...(stop
      ? [
          hasSameEnvironment(deploy, stop),
          isManual(stop),
          hasSameRules(deploy, stop),
          isReachable(config, deploy, stop),
          checksNothingOut(config, stop),
          blocksNothing(stop),
          hasSameGroup(deploy, stop),
        ]
      : []),
  ]
  return {
    deployJob: deploy.name,
    environmentName,
    stopJob: stop?.name ?? null,
    willStop: checks.every(({ passed, isVital }) => passed || !isVital),
    checks,
  }
}

const vital = (name: StopCheck['name'], passed: boolean, words: string, evidence: string): StopCheck => ({
  name,
  passed,
  isVital: true,
  words,
  evidence,
})
const risk = (...check: Parameters<typeof vital>): StopCheck => ({ ...vital(...check), isVital: false })

const hasOnStop = (deploy: Job, onStop: string | undefined): StopCheck =>
  onStop === undefined
    ? vital(
        'on-stop',
        false,
        `${deploy.name} names no on_stop: GitLab says stopped, and nothing is torn down.`,
        `${deploy.name}.environment: ${shown(deploy.fields.environment)}`,
      )
    : vital('on-stop', true, `${deploy.name} is stopped by ${onStop}.`, `on_stop: ${onStop}`)

function isThere(onStop: string, stop: Job | undefined): StopCheck {
  if (!stop) return vital('stop-job', false, `There is no job ${onStop}.`, `on_stop: ${onStop}`)
  const { action } = environmentOf(stop)
  return action === 'stop'
    ? vital('stop-job', true, `${onStop} is there and stops.`, 'action: stop')
    : vital(
        'stop-job',
        false,
        `${onStop} does not say action: stop, so it would deploy.`,
        `action: ${action ?? 'start, because nothing is said'}`,
      )
}

function hasSameEnvironment(deploy: Job, stop: Job): StopCheck {
  const [one, other] = [environmentOf(deploy).name, environmentOf(stop).name]
  const words = one === other ? 'Both mean the same environment.' : 'They mean two environments.'
  return vital('same-environment', one === other, words, one === other ? one : `${one}, and ${other || 'none'}`)
}

/** The rules by which a job is in a pipeline at all. */
const joiningRules = ({ fields }: Job): Fields[] =>
  listOf(fields.rules).filter((rule): rule is Fields => isFields(rule) && rule.when !== 'never')

function isManual(stop: Job): StopCheck {
  const rules = joiningRules(stop)
  const whens = rules.length > 0 ? rules.map((rule) => rule.when ?? stop.fields.when) : [stop.fields.when]
  const passed = whens.every((when) => when === 'manual')
  const words = passed
    ? `${stop.name} waits until it is played.`
    : `${stop.name} would run by itself, right after the deploy.`
  return vital(
    'manual',
    passed,
    words,
    `when: ${listed([...new Set(whens.map((when) => String(when ?? 'on_success')))])}`,
  )
}

/** What decides whether a job is in a pipeline, without what decides when it runs. */
const terms = ({ fields }: Job): string => {
  const rules = listOf(fields.rules).map((rule) => {
    if (!isFields(rule)) return rule
    const { when, allow_failure: _allowFailure, variables: _variables, needs: _needs, ...condition } = rule
    return { ...condition, ...(when === 'never' ? { when } : {}) }
  })
  return JSON.stringify(fields.rules === undefined ? [listOf(fields.only), listOf(fields.except)] : rules)
}

function hasSameRules(deploy: Job, stop: Job): StopCheck {
  const passed = terms(deploy) === terms(stop)
  return vital(
    'same-rules',
    passed,
    passed
      ? 'Both are in the same pipelines.'
      : `${stop.name} may be missing from a pipeline that ${deploy.name} is in: their conditions are not the same.`,
    passed ? conditions(deploy) : `${deploy.name}: ${conditions(deploy)}; ${stop.name}: ${conditions(stop)}`,
  )
}

const conditions = ({ fields }: Job): string =>
  fields.rules === undefined
    ? `only ${shown(fields.only)}, except ${shown(fields.except)}`
    : `rules ${shown(fields.rules)}`

/** A stop job of a stage that was not reached is not found: GitLab then says `stopped` at once. */
function isReachable(config: Fields, deploy: Job, stop: Job): StopCheck {
  const stages = [
    '.pre',
    ...(config.stages === undefined ? ['build', 'test', 'deploy'] : listOf(config.stages).map(String)),
    '.post',
  ]
  const stageOf = ({ fields }: Job): string => String(fields.stage ?? 'test')
  const where = `${deploy.name}: stage ${stageOf(deploy)}; ${stop.name}: stage ${stageOf(stop)}, needs ${shown(stop.fields.needs)}`
  if (stop.fields.needs !== undefined) {
    const needs = listOf(stop.fields.needs).map((need) => String(isFields(need) ? need.job : need))
    const others = needs.filter((need) => need !== deploy.name)
    return others.length === 0
      ? vital('reachable', true, `${stop.name} can be played as soon as ${deploy.name} has run.`, where)
      : vital(
          'reachable',
          false,
          `${stop.name} waits for ${listed(others)} too: until then GitLab does not find it.`,
          where,
        )
  }
  const passed = stages.indexOf(stageOf(stop)) <= stages.indexOf(stageOf(deploy))
  return vital(
    'reachable',
    passed,
    passed
      ? `${stop.name} can be played when its stage is reached.`
      : `${stop.name} stands in a later stage: until that is reached GitLab does not find it, and tears nothing down.`,
    where,
  )
}

function checksNothingOut(config: Fields, stop: Job): StopCheck {
  const variables = {
    ...(isFields(config.variables) ? config.variables : {}),
    ...(isFields(stop.fields.variables) ? stop.fields.variables : {}),
  }
  const strategy = variables.GIT_STRATEGY
  const passed = strategy === 'none' || strategy === 'empty'
  return vital(
    'git-strategy',
    passed,
    passed
      ? `${stop.name} checks nothing out, so it runs without the branch.`
      : `${stop.name} checks the branch out, which fails once the branch is deleted.`,
    `GIT_STRATEGY: ${strategy === undefined ? 'not set' : String(strategy)}`,
  )
}

/** At a job's own level `when: manual` may be left alone; in rules it has to be said. */
function blocksNothing(stop: Job): StopCheck {
  const { allow_failure: own, when } = stop.fields
  const rules = joiningRules(stop)
  const said = rules.length > 0 ? rules.map((rule) => rule.allow_failure ?? own ?? false) : [own ?? when === 'manual']
  const passed = said.every((allowed) => allowed === true || isFields(allowed))
  return risk(
    'allow-failure',
    passed,
    passed
      ? 'The pipeline goes on without it.'
      : `The pipeline waits for somebody to play ${stop.name}: say allow_failure: true.`,
    `allow_failure: ${listed([...new Set(said.map(String))])}`,
  )
}

function hasSameGroup(deploy: Job, stop: Job): StopCheck {
  const [one, other] = [deploy.fields.resource_group, stop.fields.resource_group]
  const passed = one !== undefined && one === other
  const words = passed
    ? 'A deploy and a stop never run at once.'
    : one === undefined && other === undefined
      ? 'Neither has a resource_group: a deploy and a stop may run at once.'
      : 'Their resource_group is not the same: a deploy and a stop may run at once.'
  return risk('resource-group', passed, words, `${deploy.name}: ${shown(one)}; ${stop.name}: ${shown(other)}`)
}
