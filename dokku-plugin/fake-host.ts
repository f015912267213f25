import { type ChildProcessByStdio, execFileSync, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { pluginTarball } from './tarball.ts'

/** A container in the shape of `docker inspect`; `usage` as `docker stats` tells it. */
export interface FakeContainer {
  Id: string
  Name: string
  Image: string
  RestartCount: number
  ResolvConfPath: string
  State: { Status: string; StartedAt: string; ExitCode: number; OOMKilled: boolean }
  Config: { Image: string; Env: string[]; Labels: Record<string, string> }
  usage?: { cpu: string; memory: string } | undefined
}

/** In the shape of `docker events`. */
export interface FakeDockerEvent {
  TimeNano: string
  Action: string
  Actor: { ID: string; Attributes: Record<string, string> }
}

interface Outcome {
  stdout: string
  stderr: string
  exitCode: number | null
}

export type Follower = ChildProcessByStdio<null, Readable, Readable>

const here = dirname(fileURLToPath(import.meta.url))

/** All that the plugin may start. Whatever else it tried to run would not be found. */
const programs = ['bash', 'env', 'timeout', 'stat', 'grep']

/**
 * The files of a Dokku host in a directory that goes away at `close`, with the plugin installed from its tarball as plugn
 * installs it, and a Docker that is a program of ours.
 */
export function createFakeHost({ version = '0.38.27' } = {}) {
  const root = mkdtempSync(join(tmpdir(), 'berth-host-'))
  const at = (...parts: string[]) => join(root, ...parts)
  const write = (path: string, text: string, changedAt?: number) => {
    mkdirSync(dirname(at(path)), { recursive: true })
    writeFileSync(at(path), text)
    if (changedAt !== undefined) utimesSync(at(path), changedAt, changedAt)
  }
  const containers: FakeContainer[] = []
  const environment = {
    NODE_ENV: 'test' as const,
    PATH: at('bin'),
    DOKKU_ROOT: at('home'),
    DOKKU_LIB_ROOT: at('lib'),
    PLUGIN_PATH: at('lib/plugins'),
    PLUGIN_AVAILABLE_PATH: at('lib/plugins/available'),
    PLUGIN_ENABLED_PATH: at('lib/plugins/enabled'),
    DOKKU_NOT_IMPLEMENTED_EXIT: '10',
    DOCKER_BIN: 'docker',
    FAKE_DOCKER: at('docker'),
  }

  /** Counts its calls, then does what it does. */
  function program(name: string, action: string): void {
    write(`bin/${name}`, `#!/bin/bash\n${action}\n`)
    chmodSync(at('bin', name), 0o755)
  }

  function plugin(name: string, description: string): void {
    write(`lib/plugins/available/${name}/plugin.toml`, `[plugin]\ndescription = "${description}"\nversion = "1.48.0"\n`)
    symlinkSync(at('lib/plugins/available', name), at('lib/plugins/enabled', name))
  }

  function install(): void {
    const tarball = pluginTarball(here)
    mkdirSync(at('lib/plugins/available/berth'), { recursive: true })
    mkdirSync(at('lib/plugins/enabled'), { recursive: true })
    execFileSync('tar', ['xz', '-C', at('lib/plugins/available/berth')], { input: tarball })
    symlinkSync(at('lib/plugins/available/berth'), at('lib/plugins/enabled/berth'))
  }

  const settle = () => write('docker/containers.json', JSON.stringify(containers))

  const spawned = (subcommand: string, words: string[]): Follower =>
    spawn(at('lib/plugins/enabled/berth/subcommands', subcommand), [`berth:${subcommand}`, ...words], {
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    })

  for (const name of programs) {
    const real = ['/usr/bin', '/bin'].map((folder) => join(folder, name)).find((path) => existsSync(path))
    program(
      name,
      `${name === 'bash' || name === 'env' ? '' : `echo "${name}" >>"$FAKE_DOCKER/calls"; `}exec ${real} "$@"`,
    )
  }
  program('docker', `exec '${process.execPath}' '${join(here, 'fake-docker.ts')}' "$@"`)
  program('df', 'echo "df $*" >>"$FAKE_DOCKER/calls"; printf "     1B-blocks     Avail\\n63278391296 21474836480\\n"')
  mkdirSync(at('home'), { recursive: true })
  write('docker/trouble', '')
  write('docker/events.jsonl', '')
  write('docker/du', '')
  write('lib/STABLE_VERSION', `${version}\n`)
  install()
  plugin('apps', 'dokku core apps plugin')
  settle()

  return {
    write,
    path: at,
    plugin,
    /** Puts a program of this name where the plugin finds it. */
    program,
    remove: (path: string) => rmSync(at(path), { recursive: true, force: true }),
    /** Adds it to those that Docker knows. */
    container(container: FakeContainer): string {
      containers.push(container)
      settle()
      return container.Id
    },
    containers: (list: FakeContainer[]) => {
      containers.push(...list)
      settle()
    },
    tell: (event: FakeDockerEvent | 'end') => appendFileSync(at('docker/events.jsonl'), `${JSON.stringify(event)}\n`),
    calls: () => (existsSync(at('docker/calls')) ? readFileSync(at('docker/calls'), 'utf8').trim().split('\n') : []),
    forgetCalls: () => rmSync(at('docker/calls'), { force: true }),
    follow: (): Follower => spawned('events', []),
    run: (subcommand: string, ...words: string[]): Promise<Outcome> => outcomeOf(spawned(subcommand, words)),
    /** Process id of the Docker client that follows events, as soon as it does. */
    async follower(): Promise<number> {
      while (!existsSync(at('docker/follower'))) await setTimeout(20)
      return Number(readFileSync(at('docker/follower'), 'utf8'))
    },
    close: () => rmSync(root, { recursive: true, force: true }),
  }
}

export type FakeHost = ReturnType<typeof createFakeHost>

function outcomeOf(child: Follower): Promise<Outcome> {
  const outcome: Outcome = { stdout: '', stderr: '', exitCode: null }
  child.stdout.on('data', (chunk) => {
    outcome.stdout += chunk
  })
  child.stderr.on('data', (chunk) => {
    outcome.stderr += chunk
  })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (exitCode) => resolve({ ...outcome, exitCode }))
  })
}

/** The same name gives the same 64 digits. */
export const containerId = (name: string): string => createHash('sha256').update(name).digest('hex')

export interface FakeProcess {
  status?: string
  restarts?: number
  exitCode?: number
  oomKilled?: boolean
  usage?: { cpu: string; memory: string }
  env?: string[]
}

/** The container `name` (`shop.web.1`) of an app. */
export function appContainer(
  app: string,
  dyno: string,
  process: FakeProcess = {},
  name = `${app}.${dyno}`,
): FakeContainer {
  const { status = 'running', restarts = 0, exitCode = 0, oomKilled = false, usage, env = [] } = process
  return {
    Id: containerId(name),
    Name: `/${name}`,
    Image: `sha256:${containerId('image')}`,
    RestartCount: restarts,
    ResolvConfPath: `/srv/docker/containers/${containerId(name)}/resolv.conf`,
    State: { Status: status, StartedAt: '2026-11-24T00:30:00.123456789Z', ExitCode: exitCode, OOMKilled: oomKilled },
    Config: {
      Image: `dokku/${app}:latest`,
      Env: env,
      Labels: {
        'com.dokku.app-name': app,
        'com.dokku.dyno': dyno,
        'com.dokku.process-type': dyno.split('.')[0] ?? '',
        'com.dokku.container-type': 'deploy',
      },
    },
    usage,
  }
}
