import { randomUUID } from 'node:crypto'
import { type App, type Dyno, newApp, type Release, type World } from './world.ts'

/** An app that was deployed some time ago. */
export interface SeedApp {
  name: string
  /** Where it answers, for one from before June 2023 its name; Heroku adds something to a newer one's. */
  webName?: string
  domains?: string[]
  createdAt: Date
  /** Commits that were deployed, oldest first. */
  deploys: { sha: string; at: Date }[]
  /** Wished dynos by process type. */
  formation: Record<string, number>
  config?: Record<string, string>
  size?: string
}

export function seedApps(world: World, apps: readonly SeedApp[]): void {
  for (const seeded of apps) world.apps.set(seeded.name, appFrom(world, seeded))
}

function appFrom(world: World, seeded: SeedApp): App {
  const { name, createdAt, deploys, config = {}, domains = [], webName } = seeded
  const app = newApp(name, { createdAt, ...(webName === undefined ? {} : { webName }) })
  const release = (description: string, slugId: string | null, at: Date): Release => ({
    id: randomUUID(),
    version: app.releases.length + 1,
    status: 'succeeded',
    description,
    slugId,
    by: world.account.email,
    createdAt: at,
    updatedAt: at,
  })
  app.configVars = { ...config }
  app.domains = domains
  app.releases.push(release('Initial release', null, createdAt))
  app.releases.push(release(`Set ${Object.keys(config).join(', ')} config vars`, null, createdAt))
  for (const { sha, at } of deploys) {
    const id = randomUUID()
    const processTypes = { web: 'bundle exec puma -C config/puma.rb', worker: 'bundle exec rake jobs:work' }
    app.slugs.push({ id, commit: sha, files: null, processTypes, trouble: null, createdAt: at })
    app.releases.push(release(`Deploy ${sha.slice(0, 8)}`, id, at))
  }
  const { version, createdAt: startedAt } = app.releases.at(-1) as Release
  app.updatedAt = startedAt
  for (const [type, quantity] of Object.entries(seeded.formation)) {
    const command = type === 'web' ? 'bundle exec puma -C config/puma.rb' : 'bundle exec rake jobs:work'
    app.formation.push({ id: randomUUID(), type, quantity, size: seeded.size ?? 'standard-1X', command })
    for (let index = 1; index <= quantity; index += 1) {
      const dyno: Dyno = {
        id: randomUUID(),
        name: `${type}.${index}`,
        type,
        state: 'up',
        release: version,
        createdAt: startedAt,
        updatedAt: startedAt,
      }
      app.dynos.push(dyno)
    }
  }
  return app
}
