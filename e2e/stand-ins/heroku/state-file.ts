import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { replaceDynos } from './dynos.ts'
import type { App, World } from './world.ts'

const fileIn = (dir: string): string => join(dir, 'state.json')

/** What outlives a restart of the stand-in; dynos that were starting start again. */
export function load(world: World): void {
  mkdirSync(world.dir, { recursive: true })
  if (!existsSync(fileIn(world.dir))) return
  const apps: App[] = JSON.parse(readFileSync(fileIn(world.dir), 'utf8'), (key, value) =>
    key.endsWith('At') && value !== null ? new Date(value) : value,
  )
  for (const app of apps) {
    world.apps.set(app.name, app)
    if (app.dynos.some(({ state }) => state === 'starting')) replaceDynos(world, app)
  }
}

/** A reader sees the old file or the new one, never half of one. */
export function save(world: World): void {
  writeFileSync(`${fileIn(world.dir)}.new`, JSON.stringify([...world.apps.values()]))
  renameSync(`${fileIn(world.dir)}.new`, fileIn(world.dir))
}
