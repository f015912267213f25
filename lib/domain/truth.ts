import type { Health, RowApp, Truth } from './board.ts'
import type { Deployment } from './deployment.ts'
import type { Process } from './dokku-app.ts'
import type { Environment } from './environment.ts'
import { lastSuccessful, newest } from './promotion.ts'
import { isTooOld, type Sight, silentMinutes } from './source.ts'

/** From worst to best; the order in which `worst` picks and lists sort. */
export const healthOrder: readonly Health[] = ['critical', 'attention', 'unknown', 'busy', 'ok', 'none']

export const worst = (...healths: Health[]): Health => healthOrder.find((health) => healths.includes(health)) ?? 'none'

/** A stop job rarely needs longer; after this an environment that is still `stopping` deserves a look. */
export const stoppingLimitMinutes = 10

/** A host that fails for this long says nothing about now. */
export const hostStaleMinutes = silentMinutes

/** Every app is asked for its processes within a slow round; an answer older than this was missed too often to count. */
export const processesStaleMinutes = 90

/** So many restarts of one container are a loop when it has run for less than the minutes. */
const loop = { restarts: 3, minutes: 2 }

export type Said = Omit<Truth, 'observedAt'>

export const said = (health: Health, state: string, words: string): Said => ({ health, state, words })

/** What GitLab says of an environment, or of a branch that has none. */
export function gitlabTruth(
  facts: { environment: Environment & { stateSince: Date }; deployments: readonly Deployment[]; sight: Sight } | null,
  asOf: Date,
): Said {
  if (!facts) return said('none', 'no environment', 'GitLab has no environment for this branch.')
  const now = environmentTruth(facts, asOf)
  if (!isTooOld(facts.sight, asOf)) return now
  return said('unknown', now.state, `GitLab has been silent about this project; before that: ${now.words}`)
}

function environmentTruth(
  { environment, deployments }: { environment: Environment & { stateSince: Date }; deployments: readonly Deployment[] },
  asOf: Date,
): Said {
  switch (environment.state) {
    case 'stopped':
      return said('none', 'stopped', 'GitLab says the environment is stopped.')
    case 'stopping':
      return minutesBetween(environment.stateSince, asOf) > stoppingLimitMinutes
        ? said('attention', 'stopping', 'The stop job has not succeeded; GitLab keeps the environment in stopping.')
        : said('busy', 'stopping', 'The stop job is running.')
    case 'available':
      return availableTruth(deployments)
  }
}

function availableTruth(deployments: readonly Deployment[]): Said {
  const success = lastSuccessful(deployments)
  const latest = lastTried(deployments)
  if (latest?.status === 'running') return said('busy', 'deploying', 'A deployment is running.')
  if (latest?.status === 'failed') {
    return success
      ? said('attention', 'deploy failed', 'The newest deployment failed; the one before it is still up.')
      : said('critical', 'deploy failed', 'The first deployment failed; nothing is up.')
  }
  if (!success) return said('none', 'never deployed', 'The environment is available, but nothing was deployed to it.')
  return said('ok', 'available', 'The last deployment succeeded.')
}

/** The newest deployment that began; one that waits for a click or was passed over changes nothing. */
export const lastTried = (deployments: readonly Deployment[]): Deployment | null =>
  newest(deployments.filter(({ status }) => status !== 'blocked' && status !== 'created' && status !== 'skipped'))

export interface DokkuView {
  environmentState: Environment['state'] | null
  /** When GitLab said what Dokku must show by now: the last successful deployment, or the stop. `null` when never. */
  saidAt: Date | null
  /** Whether GitLab ever deployed there with success, and whether it deploys now. */
  deployed: boolean
  deploying: boolean
  /** The host's. */
  sight: Sight
  /** Stopped on purpose: Dokku's `restore` flag is off. `null` when not known. */
  restore: boolean | null
  /** The app's database, when the host has it. */
  database: string | null
  /** Name of another environment that is up and maps to the same app. */
  usedBy: string | null
}

/** What Dokku says of the app behind an environment. */
export function dokkuTruth(app: RowApp | null, view: DokkuView, asOf: Date): Said {
  if (view.environmentState === null) return said('none', '–', 'Without an environment there is no app to look for.')
  if (!app) return said('none', 'not mapped', 'No Dokku app is mapped to this environment.')
  if (view.sight.observedAt === null)
    return said('unknown', 'not seen yet', `Dokku host ${app.host} has not answered yet.`)
  const now = presentTruth(app, view, asOf)
  if (!isTooOld(view.sight, asOf)) return now
  return said('unknown', now.state, `Dokku host ${app.host} has been silent; before that: ${now.words}`)
}

function presentTruth(app: RowApp, view: DokkuView, asOf: Date): Said {
  if (view.environmentState === 'stopped') return remains(app, view)
  if (!app.exists) return absence(app, view)
  if (app.processes === null)
    return said('unknown', 'on Dokku', `App ${app.app} is there; its processes were not asked yet.`)
  const { health, state, words } = processTruth(app.processes, app.processesAt, view)
  if (app.processesAt !== null && minutesBetween(app.processesAt, asOf) > processesStaleMinutes)
    return said('unknown', state, `The processes of ${app.app} were not asked for long; before that: ${words}`)
  // The stop job takes it down: that nothing runs is no trouble then.
  if (view.environmentState === 'stopping' && health !== 'ok') return said('busy', state, words)
  return said(health, state, `${words}${originOf(app)}`)
}

/** What an app that is not there means for an environment that is not stopped. */
function absence(app: RowApp, view: DokkuView): Said {
  if (view.environmentState === 'stopping') return said('none', 'gone', `App ${app.app} is gone already.`)
  if (view.deploying) return said('busy', 'not there yet', `App ${app.app} is being deployed.`)
  if (!view.deployed) return said('none', 'not on Dokku', `${app.host} has no app ${app.app}.`)
  if (isBefore(view.sight, view.saidAt)) return checking('GitLab has just deployed it', app)
  return said('critical', 'missing', `GitLab deployed it, but ${app.host} has no app ${app.app}.`)
}

/** Why an app cannot be compared with the commit that GitLab deployed; `''` when it can. */
const originOf = ({ deployedSha, sourceImage }: RowApp): string =>
  deployedSha === null && sourceImage !== null
    ? ` It was deployed from the image ${sourceImage}, which tells no commit.`
    : ''

/** What is on the host of an environment that is stopped, where nothing should be. */
function remains(app: RowApp, view: DokkuView): Said {
  const left = app.exists ? `app ${app.app}` : view.database && `database ${view.database}`
  if (!left) return said('none', 'gone', `App ${app.app} is not on Dokku, as it should be.`)
  if (view.usedBy !== null)
    return said('none', 'used elsewhere', `App ${app.app} is also that of ${view.usedBy}, which is up.`)
  if (isBefore(view.sight, view.saidAt)) return checking('GitLab says stopped', app)
  return app.exists
    ? said('attention', 'still up', `GitLab says stopped, but ${left} is still on ${app.host}.`)
    : said(
        'attention',
        'database left',
        `GitLab says stopped and the app is gone, but ${left} is still on ${app.host}.`,
      )
}

/** The state of an app that was not looked at since GitLab said what happened to it. */
export const checkingState = 'checking'

const checking = (because: string, { host }: Pick<RowApp, 'host'>): Said =>
  said('busy', checkingState, `${because}; ${host} was not asked since.`)

export const isBefore = ({ observedAt }: Sight, instant: Date | null): boolean =>
  observedAt !== null && instant !== null && observedAt < instant

/** How an app's containers are, whatever environment it belongs to. */
export function processTruth(
  processes: readonly Process[],
  observedAt: Date | null,
  view: Pick<DokkuView, 'deploying' | 'restore'>,
): Said {
  if (processes.length === 0) {
    return view.deploying
      ? said('busy', 'deploying', 'The app exists and is being deployed.')
      : said('attention', 'no process', 'The app exists, but no process runs.')
  }
  const down = processes.filter(({ status }) => status !== 'running')
  const looping = processes.filter((process) => isLooping(process, observedAt))
  if (looping.length > 0) return said('critical', 'restarting', `In a restart loop: ${loopsInWords(looping)}`)
  if (down.length === 0) return said('ok', 'running', inWords(processes))
  const restarting = down.some(({ status }) => status === 'restarting')
  const stoppedByHand = view.restore === false && down.every(({ status }) => status === 'exited')
  if (stoppedByHand) return said('attention', 'stopped', `Stopped by hand on Dokku: ${inWords(down)}`)
  return said('critical', restarting ? 'restarting' : 'down', `Not running: ${inWords(down)}`)
}

/** Between two crashes a container says `running` for a moment. */
function isLooping({ status, restarts, startedAt }: Process, observedAt: Date | null): boolean {
  if (restarts === undefined || restarts < loop.restarts) return false
  if (status === 'restarting') return true
  if (status !== 'running' || startedAt === undefined || observedAt === null) return false
  return minutesBetween(startedAt, observedAt) < loop.minutes
}

const inWords = (processes: readonly Process[]): string => `${processes.map(processWords).join(', ')}.`

const loopsInWords = (processes: readonly Process[]): string =>
  `${processes.map(({ type, index, restarts = 0 }) => `${type}.${index} restarted ${restarts} times`).join(', ')}.`

const processWords = ({ type, index, status, restarts = 0 }: Process): string =>
  `${type}.${index} ${status}${restarts > 0 && status !== 'running' ? ` after ${restarts} restart${restarts === 1 ? '' : 's'}` : ''}`

const minutesBetween = (from: Date, to: Date): number => (to.getTime() - from.getTime()) / 60_000
