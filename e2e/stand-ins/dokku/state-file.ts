import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type App, createProcess } from './app.ts'
import type { Service } from './service.ts'

/** What outlives a restart of the stand-in. */
export interface State {
  apps: App[]
  services: Service[]
}

export function loadState(dir: string): State {
  mkdirSync(dir, { recursive: true })
  const file = join(dir, 'state.json')
  if (!existsSync(file)) return { apps: [], services: [] }
  const state: State = JSON.parse(readFileSync(file, 'utf8'), (key, value) =>
    key.endsWith('At') && value !== null ? new Date(value) : value,
  )
  // A stand-in of an earlier version wrote down less.
  for (const app of state.apps) {
    app.certificateEndsAt ??= null
    app.answers ??= 200
    app.processes = app.processes.map((process) => ({
      ...createProcess(process.type, process.index, { startedAt: app.deployedAt ?? app.createdAt }),
      ...process,
    }))
  }
  return state
}

/** A reader sees the old file or the new one, never half of one. */
export function saveState(dir: string, state: State): void {
  const file = join(dir, 'state.json')
  writeFileSync(`${file}.new`, JSON.stringify(state))
  renameSync(`${file}.new`, file)
}
