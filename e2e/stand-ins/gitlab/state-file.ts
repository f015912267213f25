import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { deserialize, serialize } from 'node:v8'
import { settle } from './job-state.ts'
import { advance, launch } from './pipeline-run.ts'
import type { Project, World } from './world.ts'

/** What outlives a restart: everything but addresses and tokens, which each start brings anew. */
type Saved = Pick<World, 'lastIds' | 'slow' | 'jobMs'> & { projects: Project[] }

const fileIn = (world: World): string => join(world.dir, 'state.bin')

export const isSaved = (dir: string): boolean => existsSync(join(dir, 'state.bin'))

/** Writes the world down; a reader sees the old file or the new one, never half of one. */
export function save(world: World): void {
  mkdirSync(world.dir, { recursive: true })
  const saved: Saved = {
    lastIds: world.lastIds,
    slow: world.slow,
    jobMs: world.jobMs,
    projects: [...world.projects.values()],
  }
  writeFileSync(`${fileIn(world)}.new`, serialize(saved))
  renameSync(`${fileIn(world)}.new`, fileIn(world))
}

export function load(world: World): void {
  const saved: Saved = deserialize(readFileSync(fileIn(world)))
  Object.assign(world, { lastIds: saved.lastIds, slow: saved.slow, jobMs: saved.jobMs })
  for (const project of saved.projects) world.projects.set(project.id, project)
}

/** Takes up what the last stop cut short: running jobs run again from their beginning. */
export function resume(world: World): void {
  for (const project of world.projects.values()) {
    for (const job of [...project.jobs.values()]) {
      if (job.status === 'canceling') settle(project, job, 'canceled', new Date())
      if (job.status !== 'running' && job.status !== 'pending') continue
      job.log = ''
      void launch(world, project, job)
    }
    for (const pipeline of project.pipelines.values())
      if (pipeline.status === 'created' || pipeline.status === 'running') advance(world, project, pipeline)
  }
}
