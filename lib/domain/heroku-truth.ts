import type { RowHeroku } from './board.ts'
import { isTooOld } from './source.ts'
import { checkingState, type DokkuView, isBefore, type Said, said } from './truth.ts'

/** What Heroku says of the app behind an environment. */
export function herokuTruth(
  app: RowHeroku,
  view: Pick<DokkuView, 'environmentState' | 'saidAt' | 'deployed' | 'deploying' | 'sight'>,
  asOf: Date,
): Said {
  if (view.sight.observedAt === null) return said('unknown', 'not seen yet', 'Heroku has not answered yet.')
  const now = presentTruth(app, view)
  if (!isTooOld(view.sight, asOf)) return now
  return said('unknown', now.state, `Heroku has been silent; before that: ${now.words}`)
}

function presentTruth(
  app: RowHeroku,
  view: Pick<DokkuView, 'environmentState' | 'saidAt' | 'deployed' | 'deploying' | 'sight'>,
): Said {
  if (!app.exists) return absence(app, view)
  if (view.environmentState === 'stopped') {
    return said('none', 'on Heroku', `App ${app.app} is on Heroku; it is never destroyed from here.`)
  }
  const dynos = dynoTruth(app)
  if (!app.maintenance) return dynos
  return said('attention', 'maintenance', `In maintenance mode, where visitors get 503. ${dynos.words}`)
}

function absence(
  { app }: RowHeroku,
  view: Pick<DokkuView, 'environmentState' | 'saidAt' | 'deployed' | 'deploying' | 'sight'>,
): Said {
  if (view.environmentState !== 'available' || !view.deployed) {
    return said('none', 'not on Heroku', `Heroku has no app ${app}.`)
  }
  if (view.deploying) return said('busy', 'not there yet', `App ${app} is being deployed.`)
  if (isBefore(view.sight, view.saidAt)) {
    return said('busy', checkingState, 'GitLab has just deployed it; Heroku was not asked since.')
  }
  return said('critical', 'missing', `GitLab deployed it, but Heroku has no app ${app} that Berth's key may see.`)
}

/** How the dynos of the formation are. An idle one wakes up for its next visitor. */
function dynoTruth({ app, dynos, formation, release }: RowHeroku): Said {
  const version = release ? `v${release.version}` : 'no release'
  const crashed = dynos.filter(({ state }) => state === 'crashed')
  const down = dynos.filter(({ state }) => state === 'down')
  if (crashed.length > 0) return said('critical', 'crashed', `${capitalVersion(version)} crashed: ${inWords(crashed)}`)
  if (down.length > 0) return said('critical', 'down', `Not running: ${inWords(down)}`)
  const short = formation.filter(({ type, quantity }) => dynos.filter((dyno) => dyno.type === type).length < quantity)
  if (dynos.length === 0) {
    return short.length > 0
      ? said('critical', 'no dyno', `App ${app} has none of its dynos: ${wishedWords(short)}`)
      : said('attention', 'no dyno', `App ${app} is scaled to no dyno.`)
  }
  if (short.length > 0) return said('attention', 'too few dynos', `App ${app} is to have ${wishedWords(short)}`)
  if (dynos.some(({ state }) => state === 'starting')) return said('busy', 'starting', `${version}: ${inWords(dynos)}`)
  if (dynos.some(({ state }) => state === 'unknown')) return said('unknown', 'unknown', `${version}: ${inWords(dynos)}`)
  return said('ok', 'running', `${version}: ${inWords(dynos)}`)
}

const capitalVersion = (version: string): string => (version === 'no release' ? 'It' : `Release ${version}`)

const inWords = (dynos: RowHeroku['dynos']): string =>
  `${dynos.map(({ name, state }) => `${name} ${state}`).join(', ')}.`

const wishedWords = (formation: RowHeroku['formation']): string =>
  `${formation.map(({ type, quantity }) => `${quantity} ${type}`).join(', ')}.`
