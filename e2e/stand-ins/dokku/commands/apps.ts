import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type App, appNamePattern, createApp } from '../app.ts'
import { type Call, type Command, Failure, heading, readLine, requireApp, warning } from '../call.ts'
import { removed, stopped } from '../container.ts'
import { nginxOutput } from '../deploy.ts'
import { type Host, isOld, removeApp, sortedApps, unlinkServices } from '../host.ts'
import { goJson, reportCommand } from '../report.ts'

const list: Command = async (call) => {
  await call.spend(0.05)
  const names = sortedApps(call.host).map((app) => app.name)
  const format = call.words.indexOf('--format')
  if (format >= 0 && isOld(call.host)) throw new Failure('Usage of apps:list:\nunknown flag: --format\n', 2)
  if (format >= 0 && call.words[format + 1] === 'json') {
    call.out(`${goJson(names)}\n`)
    return 0
  }
  heading(call, 'My Apps')
  if (names.length === 0) call.err(warning("You haven't deployed any applications yet"))
  for (const name of names) call.out(`${name}\n`)
  return 0
}

const create: Command = async (call) => {
  const name = call.words.find((word) => !word.startsWith('--'))
  if (!name) throw new Failure(warning('Please specify an app to run the command on'))
  const app = addApp(call.host, name)
  call.out(`-----> Creating ${name}...\n-----> Creating new app virtual host file...\n`)
  await call.spend(3)
  call.out(nginxOutput(app))
  call.err(warning(`No web listeners specified for ${name}`))
  return 0
}

/** Makes an app that has nothing yet; a bad or taken name is a `Failure`. */
export function addApp(host: Host, name: string): App {
  if (!appNamePattern.test(name)) {
    throw new Failure(
      warning(
        'App name must begin with lowercase alphanumeric character, and may only contain lowercase alphanumerics, dots, and hyphens',
      ),
    )
  }
  if (host.apps.has(name)) throw new Failure(warning('Name is already taken'))
  const app = createApp(name, host.domain, new Date())
  host.apps.set(name, app)
  host.changed()
  return app
}

const destroy: Command = async (call) => {
  const app = requireApp(call)
  if (!call.force) await confirm(call, app.name)
  call.out(`-----> Destroying ${app.name} (including all add-ons)\n`)
  await call.spend(1)
  const isStuck = call.host.trouble.undestroyable.has(app.name)
  for (const service of isStuck ? unlinkServices(call.host, app.name) : removeApp(call.host, app.name)) {
    call.out(`       Unlinking from ${service.name}\n`)
    await call.spend(1)
  }
  if (isStuck) throw halfDestroyed(call.host, app)
  call.out('-----> Cleaning up...\n')
  await rm(join(call.host.dir, 'repositories', `${app.name}.git`), { recursive: true, force: true })
  await call.spend(3)
  call.out('-----> Retiring old containers and images\n')
  return 0
}

/** Its databases and containers are gone already when its files cannot be removed: it stays in every list. */
function halfDestroyed(host: Host, app: App): Failure {
  for (const process of app.processes) {
    stopped(host, app, process)
    removed(process)
  }
  host.changed()
  return new Failure(warning(`unlinkat /var/lib/dokku/data/apps/${app.name}/tmp: permission denied`))
}

async function confirm(call: Call, name: string): Promise<void> {
  call.err(warning('WARNING: Potentially Destructive Action'))
  call.err(warning(`This command will destroy app ${name}.`))
  call.err(warning(`To proceed, type "${name}"`))
  call.out('> ')
  const typed = await readLine(call)
  if (typed === null) throw new Failure(warning('EOF'))
  if (typed !== name) throw new Failure(warning(`Confirmation did not match ${name}. Aborted.`))
}

const exists: Command = async (call) => {
  requireApp(call)
  return 0
}

const lock: Command = async (call) => {
  const app = requireApp(call)
  app.locked = true
  call.host.changed()
  call.out('-----> Deploy lock created\n')
  return 0
}

const unlock: Command = async (call) => {
  const app = requireApp(call)
  if (!app.locked) throw new Failure(warning('Unable to remove deploy lock'))
  call.err(warning('A deploy may be in progress.'))
  call.err(warning('Removing the app lock will not stop in progress deploys.'))
  app.locked = false
  call.host.changed()
  call.out('-----> Deploy lock removed\n')
  return 0
}

const locked: Command = async (call) => {
  if (!requireApp(call).locked) throw new Failure(warning('Deploy lock does not exist'))
  call.out('Deploy lock exists\n')
  return 0
}

const report = reportCommand({
  title: 'app',
  prefix: 'app-',
  jsonKeys: 'both',
  column: null,
  goesOn: false,
  cost: () => 0.001,
  facts(app, host) {
    const facts = {
      'app-created-at': String(Math.floor(app.createdAt.getTime() / 1000)),
      'app-deploy-source': app.commit ? 'git-push' : app.image ? 'docker-image' : '',
      'app-deploy-source-metadata': app.commit?.sha ?? app.image ?? '',
      'app-dir': `/home/dokku/${app.name}`,
      'app-locked': String(app.locked),
    }
    return isOld(host) ? facts : { ...facts, 'app-global-disable-autocreation': '' }
  },
})

export const appsCommands: Record<string, Command> = {
  'apps:list': list,
  'apps:create': create,
  'apps:destroy': destroy,
  'apps:exists': exists,
  'apps:lock': lock,
  'apps:unlock': unlock,
  'apps:locked': locked,
  'apps:report': report,
}
