import type { OwnJob, Project, World } from './world.ts'

/** The end of a script by a command that failed. */
export class ExitCode extends Error {
  readonly code: number

  constructor(code: number) {
    super(`exit code ${code}`)
    this.code = code
  }
}

/** What a job's script can do. Every command shows itself and its output in the job's log. */
export interface Shell {
  world: World
  project: Project
  /** `$CI_ENVIRONMENT_SLUG` */
  slug: string
  /** Runs `ssh dokku@host …`; with `orElse: 'echo'` a failure prints its code and goes on, as `|| echo $?` does. */
  dokku(host: 'review' | 'production', words: string[], options?: { orElse: 'echo' }): Promise<void>
  /** `git push dokku@host:app HEAD:refs/heads/master` from the project's repository. */
  push(host: 'review' | 'production', app: string, options?: { force: boolean }): Promise<void>
  /** `dpl` with Heroku's API: uploads the files of the job's commit and waits for the build. */
  dpl(app: string): Promise<void>
  /** The script of a job of the project's own file, for real. */
  run(job: OwnJob): Promise<void>
  /** A command that only takes time here: shows its output, line by line, over that share of a job's usual time. */
  pretend(command: string, output: string[], share: number): Promise<void>
}

export type Script = (shell: Shell) => Promise<void>
