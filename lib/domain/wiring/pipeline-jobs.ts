/** A job of the merged pipeline file, as far as the wiring goes by it. */
export interface PipelineJob {
  name: string
  /** Its commands and everything else in which it may use a variable, a line each. */
  lines: string[]
  /** Variables that the file itself sets for it. */
  ownVariables: string[]
  tags: string[]
  /** It wants an image or services, which only some executors have. */
  needsContainer: boolean
  makesArtifacts: boolean
  environment: {
    name: string
    action: string
    onStop: string | null
    autoStopIn: string | null
  } | null
  /** It runs on branches of which each has an environment of its own. */
  isReview: boolean
  /** It runs when a tag is pushed. */
  isForTags: boolean
}

/** What stands beside jobs at the top of a pipeline file. https://docs.gitlab.com/ci/yaml/#global-keywords */
const notJobs = new Set([
  'default',
  'include',
  'stages',
  'variables',
  'workflow',
  'spec',
  'image',
  'services',
  'cache',
  'before_script',
  'after_script',
])

type Fields = Record<string, unknown>

/** The jobs of a parsed pipeline file in which includes and `extends` are written out; `[]` when it is none. */
export function pipelineJobs(document: unknown): PipelineJob[] {
  const file = fieldsOf(document)
  const shared = { ...file, ...fieldsOf(file.default) }
  return Object.entries(file)
    .filter(([name, value]) => !notJobs.has(name) && !name.startsWith('.') && isJob(fieldsOf(value)))
    .map(([name, value]) => pipelineJob(name, fieldsOf(value), shared))
}

const isJob = (job: Fields): boolean => job.script !== undefined || job.run !== undefined || job.trigger !== undefined

function pipelineJob(name: string, job: Fields, shared: Fields): PipelineJob {
  const variables = { ...fieldsOf(shared.variables), ...fieldsOf(job.variables) }
  const environment = environmentOf(job.environment)
  const field = (key: string): unknown => job[key] ?? shared[key]
  const commands = [
    ...linesOf(field('before_script')),
    ...linesOf(job.script),
    ...linesOf(field('after_script')),
    ...linesOf(fieldsOf(job.environment).url),
    ...linesOf(Object.values(fieldsOf(job.variables))),
  ]
  return {
    name,
    lines: [...commands, ...valuesUsed(commands, variables)],
    ownVariables: Object.keys(variables),
    tags: linesOf(field('tags')),
    needsContainer: field('image') !== undefined || field('services') !== undefined,
    makesArtifacts: field('artifacts') !== undefined,
    environment,
    isReview:
      environment !== null && /\$\{?CI_(COMMIT_REF|COMMIT_BRANCH|MERGE_REQUEST)|^review\//.test(environment.name),
    isForTags: /\btags\b|CI_COMMIT_TAG/.test(JSON.stringify([job.only, job.rules]) ?? ''),
  }
}

function environmentOf(value: unknown): PipelineJob['environment'] {
  if (typeof value === 'string') return { name: value, action: 'start', onStop: null, autoStopIn: null }
  const { name, action, on_stop: onStop, auto_stop_in: autoStopIn } = fieldsOf(value)
  if (typeof name !== 'string') return null
  return {
    name,
    action: typeof action === 'string' ? action : 'start',
    onStop: typeof onStop === 'string' ? onStop : null,
    autoStopIn: typeof autoStopIn === 'string' ? autoStopIn : null,
  }
}

/** Of the file's variables those that the commands use, and those that these use in turn: every job has all of them. */
function valuesUsed(commands: readonly string[], variables: Fields): string[] {
  const used = new Set<string>()
  const lines = [...commands]
  for (let line = lines.pop(); line !== undefined; line = lines.pop()) {
    for (const name of namesIn(line)) {
      if (used.has(name)) continue
      used.add(name)
      lines.push(...linesOf(variables[name]))
    }
  }
  return [...used].flatMap((name) => linesOf(variables[name]))
}

/** The variables that a line uses: `$NAME` and `${NAME}`. */
export const namesIn = (line: string): string[] =>
  [...line.matchAll(/\$(?:\{(\w+)|(\w+))/g)].map(([, braced, bare]) => braced ?? bare ?? '')

const fieldsOf = (value: unknown): Fields =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Fields) : {}

/** Every text in a value, however deep: scripts are lists of lists once anchors are written out. */
function linesOf(value: unknown): string[] {
  if (typeof value === 'string') return value.split('\n')
  if (typeof value === 'number' || typeof value === 'boolean') return [String(value)]
  if (Array.isArray(value)) return value.flatMap(linesOf)
  const { value: text, expand: _, description: __, ...rest } = fieldsOf(value)
  return text === undefined ? Object.values(rest).flatMap(linesOf) : linesOf(text)
}
