import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { gitEnvironment } from './repository.ts'
import type { DokkuStandIn } from './server.ts'
import { testKey } from './test-client.ts'

/** Why pushes cannot be tried here; `false` when they can. */
export const sshAbsent = spawnSync('ssh', ['-V']).error ? 'there is no ssh on this machine' : false

export interface Finished {
  exitCode: number | null
  stdout: string
  stderr: string
}

/** A developer's clone that pushes to a stand-in with the system's own Git and SSH. */
export interface WorkTree {
  path: string
  /** Replaces all files by these; answers the commit. */
  commit(files: Record<string, string>): Promise<string>
  push(dokku: DokkuStandIn, app: string): Promise<Finished>
  /** A push as the head of a process group, to be killed in the middle. */
  beginPush(dokku: DokkuStandIn, app: string): ChildProcess
}

export async function openWorkTree(dir: string): Promise<WorkTree> {
  const path = join(dir, 'work')
  const key = join(dir, 'id')
  mkdirSync(path)
  writeFileSync(key, testKey.private, { mode: 0o600 })
  const person = { GIT_AUTHOR_NAME: 'A', GIT_AUTHOR_EMAIL: 'a@b', GIT_COMMITTER_NAME: 'A', GIT_COMMITTER_EMAIL: 'a@b' }

  const begin = (words: string[], variables: Record<string, string> = {}) =>
    spawn('git', ['-C', path, ...words], { env: gitEnvironment({ ...person, ...variables }), detached: true })
  const git = (...words: string[]) => finished(begin(words))

  const beginPush = (dokku: DokkuStandIn, app: string) => {
    const known = join(dir, 'known_hosts')
    writeFileSync(known, `[127.0.0.1]:${dokku.sshPort} ${dokku.hostKeyLine}\n`)
    const ssh = `ssh -F none -i ${key} -o IdentitiesOnly=yes -o StrictHostKeyChecking=yes -o UserKnownHostsFile=${known}`
    const remote = `ssh://dokku@127.0.0.1:${dokku.sshPort}/${app}`
    return begin(['push', remote, '+main:master'], { GIT_SSH_COMMAND: ssh })
  }

  await git('init', '--quiet', '--initial-branch', 'main')
  return {
    path,
    async commit(files) {
      await git('rm', '-rfq', '--ignore-unmatch', '.')
      for (const [name, content] of Object.entries(files)) writeFileSync(join(path, name), content)
      await git('add', '--all')
      await git('commit', '--quiet', '--allow-empty', '-m', Object.keys(files).join(' '))
      return (await git('rev-parse', 'HEAD')).stdout.trim()
    },
    push: (dokku, app) => finished(beginPush(dokku, app)),
    beginPush,
  }
}

async function finished(child: ReturnType<typeof spawn>): Promise<Finished> {
  const exitCode = new Promise<number | null>((resolve) => child.on('close', resolve))
  const read = (stream: ChildProcess['stdout']) => (stream ? text(stream) : '')
  const [stdout, stderr] = await Promise.all([read(child.stdout), read(child.stderr)])
  return { exitCode: await exitCode, stdout, stderr }
}
