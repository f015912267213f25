import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import path, { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { isScalar, parseDocument, visit } from 'yaml'
import { z } from 'zod'
import { gitEnvironment } from './git-environment.ts'
import type { Variables } from './job-variables.ts'
import { fileAt } from './repository.ts'

/** What the images of jobs have and this machine may not. */
const runnerBin = fileURLToPath(new URL('./runner-bin', import.meta.url))

const program = fileURLToPath(new URL('../../../node_modules/gitlab-ci-local/dist/index.js', import.meta.url))

interface Checkout {
  /** Where builds are made. */
  dir: string
  repository: string
  sha: string
  variables: Variables
  /** Where its `dpl` deploys to; `null` without a Heroku. */
  herokuUrl: string | null
}

/** A job that the rules leave in, with what they make of it. */
export interface Listed {
  name: string
  stage: string
  when: string
  allowFailure: boolean
  needs: string[] | null
}

const Answer = z.array(
  z.object({
    name: z.string(),
    stage: z.string(),
    when: z.string(),
    allow_failure: z.boolean(),
    needs: z.array(z.object({ job: z.string() })).nullish(),
  }),
)

/** The jobs of a commit's `.gitlab-ci.yml` that its rules leave in for these variables. */
export async function listJobs(checkout: Checkout): Promise<Listed[]> {
  return inBuild(checkout, { gitStrategy: 'fetch', gitDepth: 1 }, async (build) => {
    let answer = ''
    let errors = ''
    const code = await build.call(['--list-json'], {
      output: (line) => (answer += `${line}\n`),
      errors: (line) => (errors += `${line}\n`),
    })
    if (code !== 0) throw new Error(`gitlab-ci-local cannot list the jobs:\n${answer}${errors}`)
    return Answer.parse(JSON.parse(answer.slice(answer.indexOf('['))))
      .filter(({ when }) => when !== 'never')
      .map(({ allow_failure: allowFailure, needs, ...job }) => ({
        ...job,
        allowFailure,
        needs: needs?.map((need) => need.job) ?? null,
      }))
  })
}

/** Runs one job of a commit's `.gitlab-ci.yml` in a shell of this machine; answers its exit code. */
export async function runJob(
  checkout: Checkout & { name: string; gitStrategy: 'fetch' | 'none'; gitDepth: number },
  { say, signal }: { say(text: string): void; signal: AbortSignal },
): Promise<number> {
  const { name } = checkout
  // It puts the job's name before every line, and says other things of its own.
  const own = (line: string): string | null => {
    const plain = line.replace(ansi, '')
    if (!plain.startsWith(`${name} `)) return null
    return plain.slice(name.length + 1).replace(/^> /, '')
  }
  let others = ''
  let hasBegun = false
  const hear = (line: string) => {
    const text = own(line)
    if (text === null) others += `${line}\n`
    else hasBegun = true
    if (text === null || /^(?:starting|copied|finished|exported|cache|environment:) /.test(text)) return
    say(text.startsWith('$ ') ? `\u001b[32;1m${text}\u001b[0;m\n` : `${text}\n`)
  }
  const code = await inBuild(checkout, checkout, (build) =>
    build.call([name, '--no-color', '--no-json-schema-validation'], { output: hear, errors: hear, signal }),
  )
  // Without a line of the job it was the program that failed, and what it said tells why.
  if (code !== 0 && !hasBegun) say(others)
  return code
}

const ansi = /\u001b\[[0-9;]*m/g

interface Build {
  call(
    args: string[],
    streams: { output(line: string): void; errors(line: string): void; signal?: AbortSignal },
  ): Promise<number>
}

/** A folder with the commit checked out as GitLab Runner does it, gone afterwards. */
async function inBuild<T>(
  { dir, repository, sha, variables, herokuUrl }: Checkout,
  { gitStrategy, gitDepth }: { gitStrategy: 'fetch' | 'none'; gitDepth: number },
  work: (build: Build) => Promise<T>,
): Promise<T> {
  await mkdir(dir, { recursive: true })
  const place = await mkdtemp(join(dir, 'build-'))
  const [home, tree, file] = [join(place, 'home'), join(place, 'tree'), join(place, 'variables.yml')]
  try {
    await mkdir(home)
    const git = (...args: string[]) => ended(spawn('git', args, { env: gitEnvironment, stdio: 'ignore' }))
    await git('init', '--quiet', tree)
    if (gitStrategy === 'fetch') {
      const depth = gitDepth > 0 ? [`--depth=${gitDepth}`] : []
      const pack = '--upload-pack=git -c uploadpack.allowAnySHA1InWant=true upload-pack'
      await git('-C', tree, 'fetch', '--quiet', pack, ...depth, `file://${repository}`, sha)
      await git('-C', tree, 'checkout', '--quiet', '--detach', 'FETCH_HEAD')
    }
    // Beside the files and not among them: GitLab has told its runner the job, also when nothing is checked out.
    await writeFile(join(place, 'jobs.yml'), withoutServices(await fileAt(repository, sha, '.gitlab-ci.yml')))
    await writeFile(file, variablesFile(variables), { mode: 0o600 })
    const absent = ['CI_COMMIT_BRANCH', 'CI_COMMIT_TAG'].filter((key) => !(key in variables))
    const call: Build['call'] = (args, { output, errors, signal }) => {
      const child = spawn(
        process.execPath,
        [
          program,
          ...args,
          ...['--file', '../jobs.yml', '--home', home, '--variables-file', file, '--force-shell-executor'],
          ...['--max-job-name-padding', '0', '--ignore-predefined-vars', Object.keys(variables).join(',')],
          ...absent.flatMap((key) => ['--unset-variable', key]),
        ],
        {
          cwd: tree,
          detached: true,
          stdio: ['ignore', 'pipe', 'pipe'],
          env: {
            ...gitEnvironment,
            HOME: home,
            PATH: [path.dirname(process.execPath), runnerBin, process.env.PATH].join(path.delimiter),
            ...(herokuUrl && { STAND_IN_HEROKU: herokuUrl, STAND_IN_NODE: process.execPath }),
            ...(signal ? { FORCE_COLOR: '0' } : {}),
          },
        },
      )
      createInterface({ input: child.stdout }).on('line', output)
      createInterface({ input: child.stderr }).on('line', errors)
      // The job's shell and what it started are one group with it.
      signal?.addEventListener('abort', () => child.pid && process.kill(-child.pid, 'SIGKILL'), { once: true })
      return ended(child)
    }
    return await work({ call })
  } finally {
    await rm(place, { recursive: true, force: true })
  }
}

/** A runner with the shell executor starts no services; gitlab-ci-local asks Docker for them all the same. */
function withoutServices(content: string): string {
  const document = parseDocument(content, { version: '1.1' })
  visit(document, {
    Pair: (_, { key }) => (isScalar(key) && key.value === 'services' ? visit.REMOVE : undefined),
  })
  return document.toString({ lineWidth: 0 })
}

/** JSON is YAML. */
const variablesFile = (variables: Variables): string =>
  JSON.stringify(
    Object.fromEntries(
      Object.entries(variables).map(([key, { value, type }]) => [
        key,
        { type: type === 'file' ? 'file' : 'variable', values: { '*': value } },
      ]),
    ),
  )

function ended(child: ReturnType<typeof spawn>): Promise<number> {
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve(code ?? 137))
  })
}
