/** What git calls instead of `ssh` when the runner pushes, so that no OpenSSH client need be installed. */
import { runOverSsh } from './ssh.ts'

const { BERTH_RUNNER_SSH } = process.env
if (!BERTH_RUNNER_SSH) throw new Error('git-ssh.ts is started by the runner, which sets BERTH_RUNNER_SSH.')
const { host, keyFile } = JSON.parse(BERTH_RUNNER_SSH)

process.exitCode = await runOverSsh(host, {
  keyFile,
  command: process.argv.at(-1) as string,
  streams: {
    input: process.stdin,
    output: (chunk) => process.stdout.write(chunk),
    errors: (chunk) => process.stderr.write(chunk),
  },
})
process.stdin.destroy()
