import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { deployByDpl } from '../heroku/dpl.ts'
import { gitEnvironment } from './git-environment.ts'
import { runJob } from './gitlab-ci-local.ts'
import { jobVariables, refVariables } from './job-variables.ts'
import { pause } from './pause.ts'
import { ExitCode, type Shell } from './shell.ts'
import { runOverSsh } from './ssh.ts'
import type { DeployHost, Job, OwnJob, Project, World } from './world.ts'

const gitSsh = fileURLToPath(new URL('./git-ssh.ts', import.meta.url))

/** The shell in which a job's script runs: what it does over SSH and git is real, and all of it is in the job's log. */
export function openShell(world: World, project: Project, job: Job, signal: AbortSignal): Shell {
  const say = (text: string): void => {
    job.log += text
  }
  const show = (command: string): void => say(`\u001b[32;1m$ ${command}\u001b[0;m\n`)
  const output = (chunk: Buffer): void => say(chunk.toString())

  const ended = (code: number): void => {
    if (signal.aborted || code !== 0) throw new ExitCode(code)
  }

  return {
    world,
    project,
    slug: (job.environment && project.environments.get(job.environment.id)?.slug) ?? '',

    async dokku(host, words, options) {
      show(`ssh dokku@$DOKKU_HOST ${words.join(' ')}${options ? ' || echo $?' : ''}`)
      const code = await runOverSsh(world.hosts[host], {
        keyFile: world.runnerKeyFile,
        command: words.join(' '),
        streams: { output, errors: output },
        signal,
      })
      if (code !== 0 && options && !signal.aborted) say(`${code}\n`)
      else ended(code)
    },

    async push(host, app, { force } = { force: false }) {
      const push = force ? ['push', '--force'] : ['push']
      show(`git ${push.join(' ')} dokku@$DOKKU_HOST:$APP_NAME HEAD:refs/heads/master`)
      if (!project.repository) {
        say('fatal: not a git repository: this project of the stand-in GitLab has no files\n')
        throw new ExitCode(128)
      }
      ended(await gitPush({ repository: project.repository, push, sha: job.sha, app }, world.hosts[host]))
    },

    async dpl(app) {
      show(`dpl heroku api --app ${app} --api_key $HEROKU_API_KEY`)
      const { heroku } = world
      if (!heroku || !project.repository) {
        say('API request failed.\nThe stand-ins were started without a Heroku.\n')
        throw new ExitCode(1)
      }
      const { repository } = project
      ended(await deployByDpl({ ...heroku, app, repository, sha: job.sha, say, signal }))
    },

    async run(own) {
      ended(await runOwn(own))
    },

    async pretend(command, lines, share) {
      show(command)
      for (const line of lines) {
        await pause((world.jobMs * share) / lines.length, signal)
        ended(0)
        say(`${line}\n`)
      }
    },
  }

  async function runOwn(own: OwnJob): Promise<number> {
    if (!project.repository) throw new ExitCode(128)
    const environment = job.environment ? project.environments.get(job.environment.id) : undefined
    const { all } = jobVariables(refVariables(world, project, job), own.variables, {
      CI_JOB_ID: String(job.id),
      CI_JOB_NAME: job.name,
      CI_JOB_STAGE: job.stage,
      CI_PIPELINE_ID: String(job.pipelineId),
      GITLAB_USER_LOGIN: job.user.username,
      ...(environment && {
        CI_ENVIRONMENT_NAME: environment.name,
        CI_ENVIRONMENT_SLUG: environment.slug,
        CI_ENVIRONMENT_TIER: environment.tier,
        CI_ENVIRONMENT_URL: environment.externalUrl ?? '',
        CI_ENVIRONMENT_ACTION: job.environment?.action ?? '',
      }),
    })
    // What the file itself sets it is left to read.
    const variables = Object.fromEntries(Object.entries(all).filter(([key]) => !(key in own.variables)))
    const checkout = {
      dir: join(world.dir, 'builds'),
      repository: project.repository,
      sha: job.sha,
      variables,
      herokuUrl: world.heroku?.url ?? null,
    }
    const { name, gitStrategy, gitDepth } = own
    return runJob({ ...checkout, name, gitStrategy, gitDepth }, { say, signal })
  }

  function gitPush(
    what: { repository: string; push: string[]; sha: string; app: string },
    host: DeployHost,
  ): Promise<number> {
    return new Promise((resolve, reject) => {
      const child = spawn(
        'git',
        ['-C', what.repository, ...what.push, `dokku@${host.address}:${what.app}`, `${what.sha}:refs/heads/master`],
        {
          env: {
            ...gitEnvironment,
            GIT_SSH_VARIANT: 'ssh',
            GIT_SSH_COMMAND: `"${process.execPath}" "${gitSsh}"`,
            BERTH_RUNNER_SSH: JSON.stringify({ host, keyFile: world.runnerKeyFile }),
          },
          stdio: ['ignore', 'pipe', 'pipe'],
          signal,
          killSignal: 'SIGTERM',
        },
      )
      child.stdout.on('data', output)
      child.stderr.on('data', output)
      child.on('error', (error) => (signal.aborted ? resolve(143) : reject(error)))
      child.on('close', (code) => resolve(code ?? 143))
    })
  }
}
