import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { replaceDynos } from './dynos.ts'
import { invalid } from './reply.ts'
import { type App, currentRelease, type Release, type World } from './world.ts'

/** Makes the next release. One with a release phase that fails is tried, and what ran before goes on. */
export function addRelease(world: World, app: App, fields: Pick<Release, 'description' | 'slugId'>): Release {
  const at = new Date()
  const failing = world.failingReleases.get(app.name) ?? 0
  const release: Release = {
    ...fields,
    id: randomUUID(),
    version: (app.releases.at(-1)?.version ?? 0) + 1,
    status: failing > 0 ? 'pending' : 'succeeded',
    by: world.account.email,
    createdAt: at,
    updatedAt: at,
  }
  app.releases.push(release)
  app.updatedAt = at
  if (failing > 0) {
    world.failingReleases.set(app.name, failing - 1)
    void failLater(world, release)
  } else replaceDynos(world, app)
  return release
}

async function failLater(world: World, release: Release): Promise<void> {
  await wait(world.stepMs, undefined, { ref: false })
  Object.assign(release, { status: 'failed', updatedAt: new Date() })
}

/** A new release of an earlier one's slug, named by its id, its version or `v` and its version. */
export function rollBack(world: World, app: App, name: unknown): Release {
  const target = app.releases.find(({ id, version }) => name === id || name === version || name === `v${version}`)
  if (!target) throw invalid('The release to roll back to was not found.')
  if (target.status !== 'succeeded' || target.slugId === null) {
    throw invalid(`Unable to roll back to v${target.version}: it is not a release that ran.`)
  }
  return addRelease(world, app, { description: `Rollback to v${target.version}`, slugId: target.slugId })
}

/** Sets and removes (`null`) config variables; each change is a release of what runs. */
export function setConfig(world: World, app: App, change: Record<string, unknown>): void {
  for (const [key, value] of Object.entries(change)) {
    if (value === null) delete app.configVars[key]
    else app.configVars[key] = String(value)
  }
  const keys = Object.keys(change).join(', ')
  addRelease(world, app, { description: `Set ${keys} config vars`, slugId: currentRelease(app)?.slugId ?? null })
}
