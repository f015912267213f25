import { BerthError } from '#lib/domain/errors.ts'

/** Lines of a log that may be asked for at once. */
export const mostLogLines = 10_000

/** Containers that one process type may be scaled to. */
const mostContainers = 100

export const version = (): string[] => ['version']

export const pluginList = (format: Format): string[] => ['plugin:list', ...formatFlag(format)]

export const appsList = (format: Format): string[] => ['apps:list', ...formatFlag(format)]

/** Of every app. Text, because its headings name the app in every version of Dokku. */
export const appsReport = (): string[] => ['apps:report']

/** Of one app, or of every app. Text for the same reason; the JSON lines of this report name no app at all. */
export const gitReport = (app?: string): string[] => (app === undefined ? ['git:report'] : ['git:report', appName(app)])

export const appsExists = (app: string): string[] => ['apps:exists', appName(app)]

/** Of one app only: it costs the host about 0.4 s each. JSON tells `my-worker.1`, which text blurs to `my worker 1`. */
export const psReport = (app: string, format: Format): string[] => ['ps:report', appName(app), ...formatFlag(format)]

export const domainsReport = (app: string, format: Format): string[] => [
  'domains:report',
  appName(app),
  ...formatFlag(format),
]

/** Below which domains new apps get theirs. Text: it is one report in every version. */
export const globalDomainsReport = (): string[] => ['domains:report', '--global']

/** Whose keys are let in, by fingerprint. Adding one takes root on the host: there is no such command here. */
export const sshKeysList = (format: Format): string[] => ['ssh-keys:list', ...formatFlag(format)]

export const serviceList = (plugin: string): string[] => [`${pluginName(plugin)}:list`]

export const serviceExists = (plugin: string, name: string): string[] => [
  `${pluginName(plugin)}:exists`,
  serviceName(name),
]

/** Its answer holds the service's password: it goes through `services.ts` and nowhere else. */
export const serviceInfo = (plugin: string, name: string): string[] => [`${pluginName(plugin)}:info`, serviceName(name)]

/** `--num`, since `-n` as a word of its own is swallowed on the way. */
export function logs(app: string, lines: number): string[] {
  if (!Number.isInteger(lines) || lines < 1 || lines > mostLogLines)
    throw new BerthError('invalid', 'dokku', `A log is asked for in 1 to ${mostLogLines} lines, not ${lines}.`)
  return ['logs', appName(app), '--num', String(lines)]
}

export const logsTail = (app: string, lines: number): string[] => [...logs(app, lines), '--tail']

/** Names only: with `config:export` the values would come to Berth too. */
export const configKeys = (app: string): string[] => ['config:keys', appName(app)]

export const psScaleReport = (app: string, format: Format): string[] => [
  'ps:scale',
  appName(app),
  ...formatFlag(format),
]

/** Of the whole host, by Berth's own plugin. */
export const berthSnapshot = ({ usage }: { usage: boolean }): string[] => [
  'berth:snapshot',
  ...(usage ? ['--usage'] : []),
]

export const berthEvents = (): string[] => ['berth:events']

/** Without `--force` it waits for somebody to type the name, and gets nothing. */
export const appsDestroy = (app: string): string[] => ['apps:destroy', appName(app), '--force']

export const serviceDestroy = (plugin: string, name: string): string[] => [
  `${pluginName(plugin)}:destroy`,
  serviceName(name),
  '--force',
]

export const psRestart = (app: string): string[] => ['ps:restart', appName(app)]

export const psRebuild = (app: string): string[] => ['ps:rebuild', appName(app)]

export const appsUnlock = (app: string): string[] => ['apps:unlock', appName(app)]

/** Dokku itself takes `web=-1` and removes every container for it. */
export function psScale(app: string, counts: Record<string, number>): string[] {
  const pairs = Object.entries(counts).map(([type, count]) => `${processType(type)}=${wished(count)}`)
  if (pairs.length === 0)
    throw new BerthError('invalid', 'dokku', 'To scale an app, at least one count has to be given.')
  return ['ps:scale', appName(app), ...pairs]
}

function wished(count: number): number {
  if (Number.isInteger(count) && count >= 0 && count <= mostContainers) return count
  throw new BerthError(
    'invalid',
    'dokku',
    `A process type is scaled to 0 to ${mostContainers} containers, not ${count}.`,
  )
}

/** JSON is newer than some hosts; text is what every host speaks. */
export type Format = 'json' | 'text'

const formatFlag = (format: Format): string[] => (format === 'json' ? ['--format', 'json'] : [])

const appName = (name: string): string => named('an app', /^[a-z0-9][a-z0-9.-]*$/, name)
const serviceName = (name: string): string => named('a service', /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/, name)
const processType = (name: string): string => named('a process type', /^[A-Za-z0-9][A-Za-z0-9_-]*$/, name)
const pluginName = (name: string): string => named('a plugin', /^[a-z][a-z0-9-]*$/, name)

/** Dokku's own rule for names, which also keeps a name from being read as a flag. */
function named(what: string, rule: RegExp, name: string): string {
  if (rule.test(name)) return name
  throw new BerthError(
    'invalid',
    'dokku',
    `${JSON.stringify(name.slice(0, 80))} cannot be the name of ${what} on Dokku.`,
  )
}
