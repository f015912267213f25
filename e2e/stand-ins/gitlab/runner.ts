import { definitions, type JobDefinition } from './ci.ts'
import { isOutdated, settle } from './job-state.ts'
import { isProtectedBranch } from './members.ts'
import { pause } from './pause.ts'
import { levelToCreate } from './protected-tags.ts'
import { openShell } from './runner-shell.ts'
import { runnerFor } from './runners.ts'
import { ExitCode } from './shell.ts'
import type { Job, Pipeline, Project, World } from './world.ts'

const green = '\u001b[32;1m'
const red = '\u001b[31;1m'
const reset = '\u001b[0;m'

/** A project with a pipeline of its own has a runner with the shell executor. */
function preamble(project: Project, job: Job): string {
  const own = project.pipelines.get(job.pipelineId)?.own?.jobs.find(({ name }) => name === job.name)
  const fetching = `${green}Fetching changes${own?.gitDepth === 0 ? '' : ` with git depth set to ${own?.gitDepth ?? 50}`}...${reset}`
  return [
    `\u001b[0KRunning with gitlab-runner 18.6.1 (2b4d6c11)${reset}`,
    `\u001b[0K  on docker t1_abcdef1, system ID: s_2f1b0c9d7e6a${reset}`,
    `\u001b[0K\u001b[36;1mPreparing the "${own ? 'shell' : 'docker'}" executor${reset}`,
    `\u001b[0KUsing ${own ? 'Shell (bash) executor' : 'Docker executor with image ruby:2.3.3'} ...${reset}`,
    ...(own?.gitStrategy === 'none'
      ? [`${green}Skipping Git repository setup${reset}`]
      : [fetching, `Checking out ${job.sha.slice(0, 8)} as detached HEAD (ref is ${job.ref})...`]),
    `Project ${project.path}, job ${job.id}`,
    '',
  ].join('\n')
}

/** Whether the control door asked this run to fail; counts it down. */
function mustFail(world: World, job: Job): boolean {
  const left = world.failing.get(job.name) ?? 0
  if (left > 0) world.failing.set(job.name, left - 1)
  return left > 0
}

function definitionOf(world: World, project: Project, { name, ref, pipelineId }: Job): JobDefinition {
  const pipeline = project.pipelines.get(pipelineId) as Pipeline
  const definition = definitions(world, project, pipeline).find((candidate) => candidate.name === name)
  if (!definition) throw new Error(`The pipeline of ${project.path} has no job ${name} for ${ref}.`)
  return definition
}

/** A deploy begins the time anew after which its environment stops by itself. */
function setAutoStop(world: World, project: Project, job: Job): void {
  const { environment: wanted } = definitionOf(world, project, job)
  const environment = job.environment?.action === 'start' && project.environments.get(job.environment.id)
  if (!environment || !wanted?.autoStopMs) return
  environment.autoStopAt = new Date(Date.now() + wanted.autoStopMs)
}

async function runScript(world: World, project: Project, job: Job, signal: AbortSignal): Promise<void> {
  const definition = definitionOf(world, project, job)
  const shell = openShell(world, project, job, signal)
  if (mustFail(world, job)) {
    await shell.pretend('./fail', ['This run was asked to fail.'], 0.5)
    throw new ExitCode(1)
  }
  await definition.script(shell)
}

async function pullImage(world: World, job: Job, signal: AbortSignal): Promise<void> {
  const until = Date.now() + (world.slow.get(job.ref) ?? 0)
  for (let layer = 1; Date.now() < until && !signal.aborted; layer++) {
    job.log += `Pulling docker image ruby:2.3.3: layer ${layer} ...\n`
    await pause(Math.min(5000, until - Date.now()), signal)
  }
}

/** A job that no runner takes stays pending, for as long as it has to. */
async function untilTaken(world: World, project: Project, { ref, tag }: Job, signal: AbortSignal): Promise<void> {
  const isProtectedRef = tag ? levelToCreate(project, ref) !== null : isProtectedBranch(project, ref)
  while (!signal.aborted && runnerFor(world, project, { isProtectedRef }) === null) await pause(100, signal)
}

/** Takes a job from pending to its end. Never rejects: what goes wrong is the job's failure. */
export async function run(world: World, project: Project, job: Job, signal: AbortSignal): Promise<void> {
  settle(project, job, 'pending', new Date())
  await pause(world.jobMs * 0.15, signal)
  await untilTaken(world, project, job, signal)
  if (signal.aborted) return settle(project, job, 'canceled', new Date())
  if (isOutdated(project, job)) return settle(project, job, 'failed', new Date(), 'failed_outdated_deployment_job')
  settle(project, job, 'running', new Date())
  job.log += preamble(project, job)
  try {
    await pullImage(world, job, signal)
    await runScript(world, project, job, signal)
    if (signal.aborted) throw new ExitCode(137)
    job.log += `${green}Job succeeded${reset}\n`
    setAutoStop(world, project, job)
    settle(project, job, 'success', new Date())
  } catch (error) {
    if (signal.aborted) {
      job.log += `${red}ERROR: Job failed: canceled${reset}\n`
      settle(project, job, 'canceled', new Date())
    } else {
      const why = error instanceof Error ? error.message : String(error)
      job.log += `${red}ERROR: Job failed: ${why}${reset}\n`
      settle(project, job, 'failed', new Date(), error instanceof ExitCode ? 'script_failure' : 'runner_system_failure')
    }
  }
}
