import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import type { App, Commit } from './app.ts'

const execute = promisify(execFile)

/** What a deploy looks at in a commit. */
export interface Tree {
  commit: Commit
  files: Set<string>
  /** Process type → command, in the order of the file. */
  procfile: [type: string, command: string][]
  /** Wanted counts from `app.json`, `null` when it sets none. */
  formation: Record<string, number> | null
  /** Checks from `app.json`, by process type. */
  healthchecks: Record<string, Healthcheck[]>
}

/** As `app.json` has it. */
export interface Healthcheck {
  name?: string
  path?: string
  attempts?: number
  timeout?: number
  uptime?: number
}

/** The environment for Git: nothing of the caller's own repository or settings. */
export function gitEnvironment(extra: Record<string, string> = {}): NodeJS.ProcessEnv {
  const inherited: NodeJS.ProcessEnv = { ...process.env }
  for (const name of Object.keys(inherited)) if (name.startsWith('GIT_')) delete inherited[name]
  return { ...inherited, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1', ...extra }
}

export async function git(repository: string, words: string[], extra: Record<string, string> = {}): Promise<string> {
  const { stdout } = await execute('git', ['-C', repository, ...words], {
    env: gitEnvironment(extra),
    maxBuffer: 64 * 1024 * 1024,
  })
  return stdout
}

/** `objects` lets Git see a pushed commit while it is still in quarantine. */
export async function readTree(commit: Commit, objects: Record<string, string> = {}): Promise<Tree> {
  const { repository, sha } = commit
  if (repository === null) return { commit, files: new Set(), procfile: [], formation: null, healthchecks: {} }
  const names = await git(repository, ['ls-tree', '--name-only', sha], objects)
  const files = new Set(names.split('\n').filter(Boolean))
  const read = (file: string) => git(repository, ['show', `${sha}:${file}`], objects)
  return {
    commit,
    files,
    procfile: files.has('Procfile') ? parseProcfile(await read('Procfile')) : [],
    ...(files.has('app.json') ? parseAppJson(await read('app.json')) : { formation: null, healthchecks: {} }),
  }
}

/** The page a commit serves, `null` when it has none or can no longer be read. */
export async function readPage(commit: Commit): Promise<string | null> {
  if (commit.repository === null) return null
  return git(commit.repository, ['show', `${commit.sha}:index.html`]).catch(() => null)
}

/** The app's own bare repository, made on the first push; a seeded app begins with its seeded commit. */
export async function openRepository(dir: string, app: App): Promise<string> {
  const repository = join(dir, 'repositories', `${app.name}.git`)
  if (existsSync(join(repository, 'hooks', 'pre-receive'))) return repository
  await execute('git', ['init', '--quiet', '--bare', repository], { env: gitEnvironment() })
  await git(repository, ['config', 'gc.auto', '0'])
  if (app.commit?.repository) {
    const objects = (await git(app.commit.repository, ['rev-parse', '--git-path', 'objects'])).trim()
    await writeFile(join(repository, 'objects', 'info', 'alternates'), `${resolve(app.commit.repository, objects)}\n`)
    await git(repository, ['update-ref', `refs/heads/${app.deployBranch ?? 'master'}`, app.commit.sha])
  }
  const hook = join(repository, 'hooks', 'pre-receive')
  await writeFile(hook, '#!/bin/sh\nexec "$STAND_IN_NODE" "$STAND_IN_HOOK"\n')
  await chmod(hook, 0o755)
  return repository
}

function parseProcfile(text: string): [string, string][] {
  return text.split('\n').flatMap((line): [string, string][] => {
    const [, type, command] = /^([A-Za-z0-9_-]+):\s*(.+)$/.exec(line) ?? []
    return type && command ? [[type, command]] : []
  })
}

function parseAppJson(text: string): Pick<Tree, 'formation' | 'healthchecks'> {
  try {
    const { formation, healthchecks = {} } = JSON.parse(text) as {
      formation?: Record<string, { quantity?: number }>
      healthchecks?: Tree['healthchecks']
    }
    const counts =
      formation && Object.fromEntries(Object.entries(formation).map(([type, { quantity }]) => [type, quantity ?? 1]))
    return { formation: counts ?? null, healthchecks }
  } catch {
    return { formation: null, healthchecks: {} }
  }
}
