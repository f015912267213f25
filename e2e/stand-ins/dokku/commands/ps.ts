import { type App, isDeployed, processName, runningState } from '../app.ts'
import { type Call, type Command, Failure, notDeployed, requireApp, warning } from '../call.ts'
import { stopped } from '../container.ts'
import { type Deploying, deploy, nginxOutput, releaseAgain, restartProcesses, withDeployLock } from '../deploy.ts'
import { isOld } from '../host.ts'
import { goJson, reportCommand } from '../report.ts'
import { readTree } from '../repository.ts'

/** A shell's way to clear the line before it warns. */
const clearLine = '\u001b[1G\u001b[K'

function deploying(call: Call, app: App): Deploying {
  return { host: call.host, app, say: call.out, warn: call.err, spend: call.spend }
}

const stop: Command = async (call) => {
  const app = requireApp(call)
  const refusal = notDeployed(app)
  if (refusal) {
    call.err(refusal)
    return 0
  }
  call.out(`-----> Stopping ${app.name}\n`)
  await call.spend(1.6)
  for (const process of app.processes) stopped(call.host, app, process)
  app.restore = false
  call.host.changed()
  return 0
}

const start: Command = async (call) => {
  const app = requireApp(call)
  const refusal = notDeployed(app)
  if (refusal) {
    call.err(refusal)
    return 0
  }
  if (runningState(app) === 'true') call.err(warning(`App ${app.name} already running`))
  else {
    call.err(warning('App has been detected as not running, releasing'))
    await withDeployLock(call.host, app, () => releaseAgain(deploying(call, app)))
  }
  await call.spend(3)
  call.out(`-----> Ensuring network configuration is in sync for ${app.name}\n${nginxOutput(app)}`)
  return 0
}

const restart: Command = async (call) => {
  const app = requireApp(call)
  const refusal = notDeployed(app)
  if (refusal) {
    call.out(refusal)
    return 0
  }
  const type = call.words.filter((word) => !word.startsWith('--'))[1]
  const scale = type ? { [type]: app.scale[type] ?? 1 } : app.scale
  await withDeployLock(call.host, app, () => restartProcesses(deploying(call, app), scale))
  return 0
}

const rebuild: Command = async (call) => {
  const app = requireApp(call)
  const { commit } = app
  if (!commit) {
    call.out(
      `${clearLine}-----> WARNING: Cannot build from '${app.deployBranch ?? 'master'}' as there are no commits stored at that branch.\n`,
    )
    return 1
  }
  try {
    await withDeployLock(call.host, app, async () =>
      deploy(deploying(call, app), await readTree(commit), { afterPush: false }),
    )
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    call.out(error.message)
    return error.exitCode
  }
  return 0
}

const scale: Command = async (call) => {
  const app = requireApp(call)
  const wanted = call.words.flatMap((word) => {
    const [, type, count] = /^([a-z0-9_-]+)=(-?\d+)$/i.exec(word) ?? []
    return type && count ? [{ type, count: Number(count) }] : []
  })
  if (wanted.length === 0) return sayScale(call, app)
  if (!app.canScale) {
    throw new Failure(
      warning(`App ${app.name} contains an app.json file with a formations key and cannot be manually scaled`),
    )
  }
  for (const { type, count } of wanted) app.scale[type] = count
  const counts = wanted.map(({ type, count }) => `${type}=${count}`).join(' ')
  call.host.changed()
  call.out(`-----> Scaling ${app.name} processes: ${counts}\n`)
  if (isDeployed(app) && !call.words.includes('--skip-deploy')) {
    await withDeployLock(call.host, app, () => restartProcesses(deploying(call, app), app.scale))
  }
  return 0
}

function sayScale(call: Call, app: App): number {
  const counts = Object.entries(app.scale).sort(([a], [b]) => (a < b ? -1 : 1))
  if (call.words.includes('--format') && call.words.includes('json')) {
    call.out(`${goJson(counts.map(([type, quantity]) => ({ process_type: type, quantity })))}\n`)
    return 0
  }
  call.out(`-----> Scaling for ${app.name}\nproctype: qty\n--------: ---\n`)
  for (const [type, quantity] of counts) call.out(`${type}:  ${quantity}\n`)
  return 0
}

const inspect: Command = async (call) => {
  const app = requireApp(call)
  await call.spend(0.4)
  if (app.processes.length === 0) {
    throw new Failure(
      "docker: 'docker container inspect' requires at least 1 argument\n\nTraceback (most recent call last):\njson.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)\n",
    )
  }
  const containers = app.processes.map((process) => ({
    Config: {
      Env: [...Object.keys(app.config).map((key) => `${key}=XXXXXX`), `DYNO=${processName(process)}`],
      Labels: { 'com.dokku.app-name': app.name, 'com.dokku.process-type': process.type },
    },
    Id: process.containerId,
    Name: `/${app.name}.${processName(process)}`,
    RestartCount: process.restarts,
    State: {
      ExitCode: process.exitCode,
      OOMKilled: process.oomKilled,
      Running: process.status === 'running' || process.status === 'restarting',
      StartedAt: process.startedAt.toISOString(),
      Status: process.status,
    },
  }))
  call.out(`${JSON.stringify(containers, null, 4)}\n`)
  return 0
}

const unset = [
  'ps-computed-dockerfile-start-cmd',
  'ps-computed-start-cmd',
  'ps-dockerfile-start-cmd',
  'ps-global-procfile-path',
  'ps-global-restart-policy',
  'ps-global-skip-deploy',
  'ps-global-stop-timeout-seconds',
  'ps-procfile-path',
  'ps-restart-policy',
  'ps-skip-deploy',
  'ps-start-cmd',
  'ps-stop-timeout-seconds',
]

const report = reportCommand({
  title: 'ps',
  prefix: 'ps-',
  jsonKeys: 'both',
  column: null,
  goesOn: false,
  unaskable: /^status-/,
  cost: (flag) => (flag === 'deployed' ? 0 : flag === 'running' ? 0.18 : 0.4),
  facts(app, host) {
    const facts = {
      deployed: String(isDeployed(app)),
      processes: String(app.processes.length),
      'ps-can-scale': String(app.canScale),
      'ps-computed-procfile-path': 'Procfile',
      'ps-restart-policy': 'on-failure:10',
      restore: String(app.restore),
      running: runningState(app),
      ...Object.fromEntries(
        app.processes.map((process) => [
          `status-${processName(process)}`,
          `${process.status} (CID: ${process.containerId.slice(0, 11)})`,
        ]),
      ),
    }
    if (isOld(host)) return facts
    return {
      ...facts,
      ...Object.fromEntries(unset.map((flag) => [flag, ''])),
      'ps-computed-restart-policy': 'on-failure:10',
      'ps-computed-skip-deploy': 'false',
      'ps-computed-stop-timeout-seconds': '30',
    }
  },
})

export const psCommands: Record<string, Command> = {
  'ps:report': report,
  'ps:start': start,
  'ps:stop': stop,
  'ps:restart': restart,
  'ps:rebuild': rebuild,
  'ps:scale': scale,
  'ps:inspect': inspect,
}
