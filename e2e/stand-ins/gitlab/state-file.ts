import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { deserialize, serialize } from 'node:v8'
import { settle } from './job-state.ts'
import { advance, launch } from './pipeline-run.ts'
import { talk } from './talk.ts'
import { usualWiring } from './wiring.ts'
import type { Project, World } from './world.ts'

/** What outlives a restart besides the projects: addresses, members and Berth's own tokens are brought anew by each start. */
type Saved = Pick<World, 'lastIds' | 'slow' | 'jobMs' | 'oauth'>

const worldFile = (dir: string): string => join(dir, 'world.bin')
const isProjectFile = (name: string): boolean => /^project-\d+\.bin$/.test(name)

/** Whether an earlier start has left its world here. */
export const isSaved = (dir: string): boolean => existsSync(worldFile(dir))

/** A reader sees the old file or the new one, never half of one. */
function write(file: string, value: unknown): void {
  writeFileSync(`${file}.new`, serialize(value))
  renameSync(`${file}.new`, file)
}

const latest = (rows: Iterable<{ updatedAt: Date }>): number => {
  let newest = 0
  for (const { updatedAt } of rows) newest = Math.max(newest, updatedAt.getTime())
  return newest
}

/** Differs when anything that is worth keeping has changed. */
const versionOf = (project: Project): string =>
  [
    project.jobs.size,
    project.branches.size,
    project.commits.size,
    project.tags.size,
    project.protectedTags.size,
    project.freezePeriods.length,
    JSON.stringify(project.production),
    JSON.stringify(project.wiring),
    latest(project.freezePeriods),
    latest(project.mergeRequests),
    latest(project.pipelines.values()),
    latest(project.environments.values()),
    latest(project.deployments.values()),
    project.hooks.map(({ id, url, events }) => `${id} ${url} ${events.at(-1)?.id}`),
  ].join()

const written = new WeakMap<Project, string>()

/** Writes down what has changed since the last time; the large project takes long to write and seldom changes. */
export function save(world: World): void {
  mkdirSync(world.dir, { recursive: true })
  for (const project of world.projects.values()) {
    const version = versionOf(project)
    if (written.get(project) === version) continue
    write(join(world.dir, `project-${project.id}.bin`), project)
    written.set(project, version)
  }
  const { lastIds, slow, jobMs, oauth } = world
  write(worldFile(world.dir), { lastIds, slow, jobMs, oauth } satisfies Saved)
}

export function load(world: World): void {
  // A world of an earlier version had nobody sign in.
  const saved: Omit<Saved, 'oauth'> & Partial<Saved> = deserialize(readFileSync(worldFile(world.dir)))
  Object.assign(world, saved)
  for (const name of readdirSync(world.dir).filter(isProjectFile)) {
    // A world of an earlier version knew nothing that stands before production, no hooks and no wiring.
    const stored: Partial<Project> = deserialize(readFileSync(join(world.dir, name)))
    const project = { ...talk(), ...usualWiring(), hooks: [], ...stored } as Project
    world.projects.set(project.id, project)
    written.set(project, versionOf(project))
  }
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
