import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { deployByDpl } from '../heroku/dpl.ts'
import { gitEnvironment } from './git-environment.ts'
import { pause } from './pause.ts'
import { ExitCode, type Shell } from './shell.ts'
import { runOverSsh } from './ssh.ts'
import type { DeployHost, Job, Project, World } from './world.ts'

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

    async pretend(command, lines, share) {
      show(command)
      for (const line of lines) {
        await pause((world.jobMs * share) / lines.length, signal)
        ended(0)
        say(`${line}\n`)
      }
    },
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
