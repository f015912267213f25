import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { type App, isDeployed } from './app.ts'
import { type Call, type Command, Failure, warning } from './call.ts'
import { addApp } from './commands/apps.ts'
import { deploy, withDeployLock } from './deploy.ts'
import { gitEnvironment, openRepository, readTree } from './repository.ts'

/** What the repository's hook hands over when the objects have arrived, and where its output goes. */
export interface PushedUpdates {
  /** The hook's stdin: `old new ref` lines. */
  updates: string
  /** Git's variables that show the objects in quarantine. */
  objects: Record<string, string>
  say(text: string): void
}

const waiting = new Map<string, (pushed: PushedUpdates) => Promise<number>>()

/** Runs the deploy that a waiting push began; answers the hook's exit code. */
export async function deployPushed(token: string, pushed: PushedUpdates): Promise<number> {
  const begin = waiting.get(token)
  return begin ? begin(pushed) : 1
}

/** `git push`: the real `git receive-pack`, whose pre-receive hook waits for the deploy and refuses with it. */
export const receivePack: Command = async (call) => {
  const name = (call.words[0] ?? '').replaceAll("'", '').replace(/^\//, '')
  const app = call.host.apps.get(name) ?? createOnPush(call, name)
  const repository = await openRepository(call.host.dir, app)
  const token = randomUUID()
  waiting.set(token, (pushed) => deployUpdates(call, app, repository, pushed))
  try {
    return await runReceivePack(call, repository, token)
  } finally {
    waiting.delete(token)
  }
}

function createOnPush(call: Call, name: string): App {
  const app = addApp(call.host, name)
  call.err(warning(`No web listeners specified for ${name}`))
  return app
}

function runReceivePack(call: Call, repository: string, token: string): Promise<number> {
  const child = spawn('git', ['receive-pack', repository], {
    detached: true,
    env: gitEnvironment({
      STAND_IN_NODE: process.execPath,
      STAND_IN_HOOK: fileURLToPath(new URL('./push-hook.ts', import.meta.url)),
      STAND_IN_DOOR: `http://127.0.0.1:${call.host.port}/__push/${token}`,
    }),
  })
  // Git and its hook are a process group of their own: a pusher who hangs up takes both with it.
  const kill = () => {
    const runs = child.exitCode === null && child.signalCode === null
    if (child.pid && runs) process.kill(-child.pid, 'SIGKILL')
  }
  call.signal.addEventListener('abort', kill)
  child.stdin.on('error', () => undefined)
  call.streams.stdin.pipe(child.stdin)
  child.stdout.pipe(call.streams.stdout, { end: false })
  child.stderr.pipe(call.streams.stderr, { end: false })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => {
      call.signal.removeEventListener('abort', kill)
      resolve(code ?? 128)
    })
  })
}

async function deployUpdates(call: Call, app: App, repository: string, pushed: PushedUpdates): Promise<number> {
  const updates = pushed.updates.split('\n').map((line) => line.split(' '))
  for (const [, sha = '', ref = ''] of updates) {
    if (!ref.startsWith('refs/heads/') || /^0+$/.test(sha)) continue
    const branch = ref.slice('refs/heads/'.length)
    if (!isDeployed(app)) app.deployBranch ??= branch === 'master' ? null : branch
    const deployBranch = app.deployBranch ?? 'master'
    if (branch !== deployBranch) {
      pushed.say(`-----> WARNING: deploy did not complete, you must push to ${deployBranch}.\n`)
      pushed.say(`-----> for example, try 'git push <dokku> ${branch}:${deployBranch}'\n`)
      continue
    }
    try {
      await withDeployLock(call.host, app, async () => {
        const tree = await readTree({ repository, sha }, pushed.objects)
        await deploy({ host: call.host, app, say: pushed.say, warn: pushed.say, spend: call.spend }, tree, {
          afterPush: true,
        })
      })
    } catch (error) {
      pushed.say(error instanceof Failure ? error.message : `${error}\n`)
      return 1
    }
  }
  return 0
}
