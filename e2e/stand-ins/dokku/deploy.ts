import { randomBytes, randomInt } from 'node:crypto'
import { type App, createProcess, isDeployed, type Process, processName } from './app.ts'
import { brokenBuildOutput, buildOutput, failedChecksOutput, imageOutput, redWarning } from './build-output.ts'
import { Failure } from './call.ts'
import { crashLoop, diedBeforeLive, retire, started, startText, wentLive } from './container.ts'
import type { Host } from './host.ts'
import type { Healthcheck, Tree } from './repository.ts'

/** Where a deploy tells what it does, and what it costs. */
export interface Deploying {
  host: Host
  app: App
  say(text: string): void
  /** For what goes to stderr. */
  warn(text: string): void
  spend(seconds: number): Promise<void>
}

/** Refuses a second deploy of one app, and forgets the first however it ends. */
export async function withDeployLock<T>(host: Host, app: App, work: () => Promise<T>): Promise<T> {
  if (host.deploying.has(app.name)) {
    throw new Failure(`${app.name} currently has a deploy lock in place. Exiting...\n`)
  }
  host.deploying.add(app.name)
  try {
    return await work()
  } finally {
    host.deploying.delete(app.name)
  }
}

/** Builds and starts a commit. What ran before goes on running until the new containers have passed their checks. */
export async function deploy(deploying: Deploying, tree: Tree, source: { afterPush: boolean }): Promise<void> {
  const { host, app } = deploying
  await build(deploying, tree)
  await release(deploying, tree, source)
  const types = tree.procfile.map(([type]) => type)
  const scale: Record<string, number> = types.length > 0 ? {} : { web: 1 }
  for (const type of types) scale[type] = tree.formation?.[type] ?? app.scale[type] ?? (type === 'web' ? 1 : 0)
  const processes = await startProcesses(deploying, scale, {
    checksFail: tree.files.has('fail-check'),
    healthchecks: tree.healthchecks,
  })
  await takeOver(deploying, processes, () => {
    app.commit = tree.commit
    app.image = null
    app.deployedAt = new Date()
    app.scale = scale
    app.canScale = tree.formation === null
    app.crashes = tree.files.has('crash')
    app.answers = tree.files.has('error') ? 500 : 200
    app.config.GIT_REV = tree.commit.sha
    app.locked = false
  })
  sayAddresses(deploying)
  settle(host, app)
}

async function build({ app, host, say, spend }: Deploying, tree: Tree): Promise<void> {
  say(buildOutput(app.name))
  await spend(2)
  if (tree.files.has('fail-build')) {
    // A real host leaves the lock file behind here, and then says `locked: true`.
    app.locked = true
    host.changed()
    throw new Failure(brokenBuildOutput(app.name))
  }
  say(imageOutput(app.name))
  await spend(2)
}

async function release({ app, say, spend }: Deploying, tree: Tree | null, source: { afterPush: boolean }) {
  say(`-----> Releasing ${app.name}...\n`)
  sayTask(say, 'predeploy')
  const [, command] = tree?.procfile.find(([type]) => type === 'release') ?? []
  if (command) {
    const id = randomBytes(5).toString('hex').slice(0, 9)
    say('-----> Checking for release task\n')
    say(`       Executing release task from Procfile in ephemeral container: ${command}\n`)
    say(`=====> Start of ${app.name} release task (${id}) output\n`)
    say('       release task ran\n')
    say(`=====> End of ${app.name} release task (${id}) output\n`)
  } else {
    sayTask(say, 'release')
  }
  if (source.afterPush && !isDeployed(app)) sayTask(say, 'heroku.postdeploy')
  await spend(1)
  say('=====> Processing deployment checks\n')
  if (!tree?.healthchecks.web) sayNoHealthchecks(say)
  say(`-----> Deploying ${app.name} via the docker-local scheduler...\n`)
}

function sayNoHealthchecks(say: Deploying['say']): void {
  say(`${redWarning}No healthchecks found in app.json for web process type\n`)
  say('       No web healthchecks found in app.json. Simple container checks will be performed.\n')
  say(
    '       For more efficient zero downtime deployments, add healthchecks to your app.json. See https://dokku.com/docs/deployment/zero-downtime-deploys/ for examples\n',
  )
}

/** `ps:start` of a stopped app releases the image again before it starts it. */
export async function releaseAgain(deploying: Deploying): Promise<void> {
  await release(deploying, null, { afterPush: false })
  await restartProcesses(deploying, deploying.app.scale)
  sayAddresses(deploying)
}

/** Replaces the containers of the given process types; the other types keep theirs. */
export async function restartProcesses(deploying: Deploying, scale: Record<string, number>): Promise<void> {
  const { app, host, say } = deploying
  const fresh = await startProcesses(deploying, scale, { checksFail: false, healthchecks: {} })
  for (const process of app.processes) {
    const orphaned = process.index > (scale[process.type] ?? process.index)
    if (orphaned) say(`       Scheduling orphaned container shutdown in 60 seconds (${processName(process)})\n`)
  }
  const untouched = app.processes.filter((process) => !(process.type in scale))
  await takeOver(deploying, [...untouched, ...fresh], () => undefined)
  settle(host, app)
}

async function startProcesses(
  { app, host, say, spend }: Deploying,
  scale: Record<string, number>,
  { checksFail, healthchecks }: { checksFail: boolean; healthchecks: Tree['healthchecks'] },
): Promise<Process[]> {
  const fresh: Process[] = []
  const types = Object.keys(scale).sort((a, b) => Number(b === 'web') - Number(a === 'web') || (a < b ? -1 : 1))
  for (const type of types) {
    const count = scale[type] ?? 0
    say(`-----> Deploying ${type} (count=${count})\n`)
    for (let index = 1; index <= count; index++) {
      const process = createProcess(type, index)
      const checks = healthchecks[type] ?? []
      sayChecks(say, process, { port: host.port, checks })
      await spend(10)
      if (checksFail) diedBeforeLive(host, app, process)
      if (checksFail) throw new Failure(failedChecksOutput(app.name, process.containerId))
      sayStarted(say, app, process, checks)
      started(host, app, process)
      fresh.push(process)
    }
    if (type === 'web') {
      say('=====> Triggering early nginx proxy rebuild\n')
      await sayNginx(say, spend, app)
    }
  }
  return fresh
}

async function takeOver(deploying: Deploying, processes: Process[], record: () => void): Promise<void> {
  const { host, app, say, warn, spend } = deploying
  say('-----> Running post-deploy\n')
  if (processes.some((process) => process.type === 'web')) await sayNginx(say, spend, app)
  else {
    warn(` !     No web listeners specified for ${app.name}\n`)
    say(nginxOutput(app))
  }
  if (host.apps.get(app.name) !== app) throw new Failure(` !     App ${app.name} does not exist\n`, 20)
  say('-----> Renaming containers\n')
  for (const process of processes) sayRenamed(say, app, process)
  sayTask(say, 'postdeploy')
  if (app.processes.length > 0) say('-----> Shutting down old containers in 60 seconds\n')
  const before = app.processes
  retire(
    host,
    app.processes.filter((old) => !processes.includes(old)),
  )
  app.processes = processes
  app.restore = true
  record()
  if (processes.some((process) => !before.includes(process))) wentLive(host, app)
  host.changed()
}

/** A program that ends soon after its start is still called running by the checks; its crash loop shows afterwards. */
function settle(host: Host, app: App): void {
  if (!app.crashes) return
  for (const process of app.processes) void crashLoop(host, app, process)
}

function sayTask(say: Deploying['say'], task: string): void {
  say(`-----> Checking for ${task} task\n       No ${task} task found, skipping\n`)
}

function sayChecks(
  say: Deploying['say'],
  process: Process,
  { port, checks }: { port: number; checks: Healthcheck[] },
): void {
  const web = process.type === 'web'
  say(`       Attempting pre-flight checks (${processName(process)})\n`)
  say(`-----> Executing ${Math.max(1, checks.length) + (web ? 1 : 0)} healthchecks\n`)
  if (checks.length === 0) say("       Running healthcheck name='default' type='uptime' uptime=10\n")
  for (const { name = 'default', path, attempts = 3, timeout = 5, uptime = 10 } of checks)
    say(
      path === undefined
        ? `       Running healthcheck name='${name}' type='uptime' uptime=${uptime}\n`
        : `       Running healthcheck name='${name}' delay=0 path='${path}' retries=${attempts - 1} timeout=${timeout} type='path'\n`,
    )
  if (!web) return
  say(
    `       Running healthcheck name='port listening check' attempts=3 port=${port} retries=2 timeout=5 type='listening' wait=5\n`,
  )
}

function sayStarted(say: Deploying['say'], app: App, process: Process, checks: Healthcheck[]): void {
  const name = processName(process)
  const container = `${app.name} container output (${process.containerId.slice(0, 12)} ${name})`
  if (process.type === 'web') say("       Healthcheck succeeded name='port listening check'\n")
  const names = checks.length === 0 ? ['default'] : checks.map((check) => check.name ?? 'default')
  for (const check of names) say(`       Healthcheck succeeded name='${check}'\n`)
  say(`       All checks successful (${name})\n`)
  say(`=====> Start of ${container}\n       ${startText(process)}\n=====> End of ${container}\n`)
  const replaced = app.processes.some((old) => processName(old) === name)
  if (replaced) say(`       Scheduling old container shutdown in 60 seconds (${name})\n`)
}

/** What every change of domains, ports or containers makes nginx say. */
export async function sayNginx(say: Deploying['say'], spend: Deploying['spend'], app: App): Promise<void> {
  say(`-----> Ensuring network configuration is in sync for ${app.name}\n`)
  await spend(3)
  say(nginxOutput(app))
}

export function nginxOutput(app: App): string {
  const domains = [...app.domains].sort()
  const configuring = domains.map((domain) => `-----> Configuring ${domain}...(using built-in template)\n`)
  return `${configuring.join('')}-----> Creating http nginx.conf\n       Reloading nginx\n`
}

function sayRenamed(say: Deploying['say'], app: App, process: Process): void {
  const name = `${app.name}.${processName(process)}`
  const id = process.containerId.slice(0, 12)
  const old = app.processes.find((candidate) => processName(candidate) === processName(process))
  let upcoming = `${name}.upcoming-${randomInt(1000, 30_000)}`
  if (old) {
    const oldId = old.containerId.slice(0, 12)
    const retired = `${name}.${Math.floor(Date.now() / 1000)}`
    say(`       Found previous container(s) (${oldId}) named ${name}\n`)
    say(`       Renaming container (${oldId}) ${name} to ${retired}\n`)
    if (old === process) upcoming = retired
  }
  say(`       Renaming container ${upcoming} (${id}) to ${name}\n`)
}

function sayAddresses({ host, app, say }: Deploying): void {
  const addresses = [...app.domains].sort().map((domain) => `       http://${domain}:${host.port}\n`)
  say(`=====> Application deployed:\n${addresses.join('')}\n`)
}
