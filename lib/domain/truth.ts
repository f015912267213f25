import type { Health, RowApp, Truth } from './board.ts'
import type { Deployment } from './deployment.ts'
import type { Process } from './dokku-app.ts'
import type { Environment } from './environment.ts'
import { lastSuccessful, newest } from './promotion.ts'

/** From worst to best; the order in which `worst` picks and lists sort. */
export const healthOrder: readonly Health[] = ['critical', 'attention', 'unknown', 'busy', 'ok', 'none']

export const worst = (...healths: Health[]): Health => healthOrder.find((health) => healths.includes(health)) ?? 'none'

/** A stop job rarely needs longer; after this an environment that is still `stopping` deserves a look. */
export const stoppingLimitMinutes = 10

/** A host not seen for this long says nothing about now. */
export const hostStaleMinutes = 5

type Said = Omit<Truth, 'observedAt'>

const said = (health: Health, state: string, words: string): Said => ({ health, state, words })

/** What GitLab says of an environment, or of a branch that has none. */
export function gitlabTruth(
  facts: { environment: Environment & { stateSince: Date }; deployments: readonly Deployment[] } | null,
  asOf: Date,
): Said {
  if (!facts) return said('none', 'no environment', 'GitLab has no environment for this branch.')
  const { environment, deployments } = facts
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
  const latest = newest(
    deployments.filter(({ status }) => status !== 'blocked' && status !== 'created' && status !== 'skipped'),
  )
  if (latest?.status === 'running') return said('busy', 'deploying', 'A deployment is running.')
  if (latest?.status === 'failed') {
    return success
      ? said('attention', 'deploy failed', 'The newest deployment failed; the one before it is still up.')
      : said('critical', 'deploy failed', 'The first deployment failed; nothing is up.')
  }
  if (!success) return said('none', 'never deployed', 'The environment is available, but nothing was deployed to it.')
  return said('ok', 'available', 'The last deployment succeeded.')
}

export interface DokkuView {
  environmentState: Environment['state'] | null
  /** Whether GitLab ever deployed there with success, and whether it deploys now. */
  deployed: boolean
  deploying: boolean
  /** When the host was last seen; `null` when it never was. */
  hostObservedAt: Date | null
  /** Stopped on purpose: Dokku's `restore` flag is off. `null` when not known. */
  restore: boolean | null
}

/** What Dokku says of the app behind an environment. */
export function dokkuTruth(app: RowApp | null, view: DokkuView, asOf: Date): Said {
  if (view.environmentState === null) return said('none', '–', 'Without an environment there is no app to look for.')
  if (!app) return said('none', 'not mapped', 'No Dokku app is mapped to this environment.')
  if (view.hostObservedAt === null)
    return said('unknown', 'not seen yet', `Dokku host ${app.host} has not answered yet.`)
  const now = presentTruth(app, view)
  if (minutesBetween(view.hostObservedAt, asOf) <= hostStaleMinutes) return now
  return said('unknown', now.state, `Dokku host ${app.host} has been silent; before that: ${now.words}`)
}

function presentTruth(app: RowApp, view: DokkuView): Said {
  const isUp = view.environmentState !== 'stopped'
  if (!app.exists) {
    if (!isUp) return said('none', 'gone', `App ${app.app} is not on Dokku, as it should be.`)
    if (view.deploying) return said('busy', 'not there yet', `App ${app.app} is being deployed.`)
    return view.deployed
      ? said('critical', 'missing', `GitLab deployed it, but ${app.host} has no app ${app.app}.`)
      : said('none', 'not on Dokku', `${app.host} has no app ${app.app}.`)
  }
  if (!isUp) return said('attention', 'still up', `GitLab says stopped, but app ${app.app} is still on ${app.host}.`)
  if (app.processes === null)
    return said('unknown', 'on Dokku', `App ${app.app} is there; its processes were not asked yet.`)
  return processTruth(app.processes, view)
}

function processTruth(processes: readonly Process[], view: DokkuView): Said {
  if (processes.length === 0) {
    return view.deploying
      ? said('busy', 'deploying', 'The app exists and is being deployed.')
      : said('attention', 'no process', 'The app exists, but no process runs.')
  }
  const down = processes.filter(({ status }) => status !== 'running')
  if (down.length === 0) return said('ok', 'running', inWords(processes))
  const restarting = down.some(({ status }) => status === 'restarting')
  const stoppedByHand = view.restore === false && down.every(({ status }) => status === 'exited')
  if (stoppedByHand) return said('attention', 'stopped', `Stopped by hand on Dokku: ${inWords(down)}`)
  return said('critical', restarting ? 'restarting' : 'down', `Not running: ${inWords(down)}`)
}

const inWords = (processes: readonly Process[]): string =>
  `${processes.map(({ type, index, status }) => `${type}.${index} ${status}`).join(', ')}.`

const minutesBetween = (from: Date, to: Date): number => (to.getTime() - from.getTime()) / 60_000
