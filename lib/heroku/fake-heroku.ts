import { BerthError } from '#lib/domain/errors.ts'
import type { Dyno, DynoState, Formation, HerokuApp, HerokuRelease } from '#lib/domain/heroku-app.ts'
import type { Heroku } from './contract.ts'

/** One app of a fake Heroku. The lists are changed in place. */
export interface FakeHerokuApp extends HerokuApp {
  dynos: Dyno[]
  formation: Formation[]
  /** Newest first. */
  releases: HerokuRelease[]
  configKeys: string[]
  domains: string[]
}

/** For tests: what a Heroku holds. `failure` makes every call fail. */
export interface FakeHerokuState {
  apps: FakeHerokuApp[]
  /** Commits by slug. */
  commits: Map<string, string | null>
  requestsLeft: number
  failure: BerthError | null
  /** Every question so far. */
  requests: string[]
  /** Every change so far. */
  changes: string[]
  /** The answer of the next change is lost. */
  losesAnswer: boolean
  /** Releases that are made from now on fail. */
  releasesFail: boolean
}

export const emptyHeroku = (): FakeHerokuState => ({
  apps: [],
  commits: new Map(),
  requestsLeft: 4000,
  failure: null,
  requests: [],
  changes: [],
  losesAnswer: false,
  releasesFail: false,
})

const at = new Date('2026-11-20T12:00:00Z')

/** Puts an app there that was released once for each of these commits, oldest first, the first as v3. */
export function putHerokuApp(
  state: FakeHerokuState,
  name: string,
  commits: (string | null)[],
  more: Partial<FakeHerokuApp> = {},
): FakeHerokuApp {
  const releases = commits.map((commit, index): HerokuRelease => {
    const slugId = `${name}-slug-${index}`
    state.commits.set(slugId, commit)
    return {
      id: `${name}-release-${index}`,
      version: index + 3,
      status: 'succeeded',
      description: commit === null ? 'Deploy' : `Deploy ${commit.slice(0, 8)}`,
      slugId,
      current: index === commits.length - 1,
      by: 'ops@example.jp',
      createdAt: at,
    }
  })
  const app: FakeHerokuApp = {
    id: `id-of-${name}`,
    name,
    webUrl: `https://${name}.herokuapp.com/`,
    maintenance: false,
    stack: 'heroku-24',
    releasedAt: at,
    updatedAt: at,
    dynos: [],
    formation: [{ type: 'web', quantity: 2, size: 'standard-1X' }],
    releases: releases.reverse(),
    configKeys: ['SECRET_KEY_BASE'],
    domains: [`${name}.herokuapp.com`],
    ...more,
  }
  startDynos(app, 'up')
  state.apps.push(app)
  return app
}

export function startDynos(app: FakeHerokuApp, state: DynoState): void {
  const version = app.releases.find(({ current }) => current)?.version ?? 0
  app.dynos = app.formation.flatMap(({ type, quantity }) =>
    Array.from({ length: quantity }, (_, index): Dyno => {
      return { name: `${type}.${index + 1}`, type, state, releaseVersion: version, updatedAt: at }
    }),
  )
}

export function fakeHeroku(state: FakeHerokuState): Heroku {
  const asked = (request: string): void => {
    state.requests.push(request)
    if (state.failure) throw state.failure
  }
  const appNamed = (name: string): FakeHerokuApp => {
    const app = state.apps.find((candidate) => candidate.name === name)
    if (!app) throw new BerthError('not-found', 'heroku', "Couldn't find that app.")
    return app
  }
  const changed = (change: string): void => {
    state.changes.push(change)
    if (!state.losesAnswer) return
    state.losesAnswer = false
    throw new BerthError('unavailable', 'heroku', 'The connection broke.')
  }
  const listed = ({
    dynos: _,
    formation: __,
    releases: ___,
    configKeys: ____,
    domains: _____,
    ...app
  }: FakeHerokuApp) => app
  return {
    async account() {
      asked('account')
      return 'ops@example.jp'
    },
    async apps() {
      asked('apps')
      return state.apps.map(listed)
    },
    async app(name) {
      asked(`app ${name}`)
      return listed(appNamed(name))
    },
    async dynos(name) {
      asked(`dynos ${name}`)
      return appNamed(name).dynos
    },
    async formation(name) {
      asked(`formation ${name}`)
      return appNamed(name).formation
    },
    async releases(name) {
      asked(`releases ${name}`)
      return appNamed(name).releases
    },
    async slug(name, id) {
      asked(`slug ${name}`)
      return { id, commit: state.commits.get(id) ?? null }
    },
    async configKeys(name) {
      asked(`config ${name}`)
      return appNamed(name).configKeys
    },
    async domains(name) {
      asked(`domains ${name}`)
      return appNamed(name).domains
    },
    async rollBack(name, releaseId) {
      const app = appNamed(name)
      const target = app.releases.find(({ id }) => id === releaseId)
      if (!target) throw new BerthError('refused', 'heroku', 'No such release.')
      const version = (app.releases[0]?.version ?? 0) + 1
      const status = state.releasesFail ? ('failed' as const) : ('succeeded' as const)
      const made: HerokuRelease = {
        ...target,
        id: `${name}-rollback-${version}`,
        version,
        status,
        current: status === 'succeeded',
        description: `Rollback to v${target.version}`,
      }
      if (made.current) app.releases = app.releases.map((release) => ({ ...release, current: false }))
      app.releases = [made, ...app.releases]
      startDynos(app, 'up')
      changed(`roll back ${name} to v${target.version}`)
      return made
    },
    async restartDynos(name) {
      startDynos(appNamed(name), 'up')
      changed(`restart ${name}`)
    },
    async setMaintenance(name, on) {
      const app = appNamed(name)
      app.maintenance = on
      changed(`maintenance ${name} ${on}`)
      return listed(app)
    },
    get requestsLeft() {
      return state.requestsLeft
    },
  }
}
