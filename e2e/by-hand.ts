import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Instance } from './instance.ts'
import { gitEnvironment } from './stand-ins/gitlab/git-environment.ts'
import { runOverSsh } from './stand-ins/gitlab/ssh.ts'

/** What somebody does on a Dokku host without GitLab, with a key of their own that the host lets in. */

const gitSsh = fileURLToPath(new URL('./stand-ins/gitlab/git-ssh.ts', import.meta.url))

type HostName = 'review' | 'production'

function sshHost({ standIns }: Instance, name: HostName) {
  const [, address = '', port, hostKeyFingerprint = ''] =
    new RegExp(`${name}=ssh://dokku@([^:]+):(\\d+)#([^,]+)`).exec(standIns.dokkuHosts) ?? []
  return { address, sshPort: Number(port), httpPort: 0, httpsPort: 0, hostKeyFingerprint }
}

/** Runs a command as `ssh dokku@host …` does; one that fails is an error with what it said. */
export async function dokku(instance: Instance, host: HostName, ...words: string[]): Promise<void> {
  let said = ''
  const hear = (chunk: Buffer) => {
    said += chunk
  }
  const code = await runOverSsh(sshHost(instance, host), {
    keyFile: instance.standIns.dokkuKeyFile,
    command: words.join(' '),
    streams: { output: hear, errors: hear },
  })
  if (code !== 0) throw new Error(`dokku ${words.join(' ')} ends with ${code}: ${said}`)
}

/** Pushes a commit of a repository to an app, whatever is there. */
export async function pushByHand(
  instance: Instance,
  { repository, commit, host, app }: { repository: string; commit: string; host: HostName; app: string },
): Promise<void> {
  const place = sshHost(instance, host)
  await promisify(execFile)(
    'git',
    ['-C', repository, 'push', '--force', `dokku@${place.address}:${app}`, `${commit}:refs/heads/master`],
    {
      env: {
        ...gitEnvironment,
        GIT_SSH_VARIANT: 'ssh',
        GIT_SSH_COMMAND: `"${process.execPath}" "${gitSsh}"`,
        BERTH_RUNNER_SSH: JSON.stringify({ host: place, keyFile: instance.standIns.dokkuKeyFile }),
      },
    },
  )
}
