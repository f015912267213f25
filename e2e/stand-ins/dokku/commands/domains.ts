import { type Command, Failure, heading, requireApp, warning } from '../call.ts'
import { nginxOutput } from '../deploy.ts'
import { reportCommand } from '../report.ts'

const domainPattern = /^(\*\.)?[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/i

const add: Command = async (call) => {
  const app = requireApp(call)
  const domains = call.words.slice(1)
  for (const domain of domains) {
    if (!domainPattern.test(domain)) throw new Failure(warning(`${domain} is invalid. exiting...`))
  }
  for (const domain of domains) {
    if (!app.domains.includes(domain)) app.domains.push(domain)
    call.out(`-----> Added ${domain} to ${app.name}\n`)
  }
  call.host.changed()
  await call.spend(3.5)
  call.out(nginxOutput(app))
  return 0
}

const remove: Command = async (call) => {
  const app = requireApp(call)
  const domains = call.words.slice(1)
  app.domains = app.domains.filter((domain) => !domains.includes(domain))
  for (const domain of domains) call.out(`-----> Removed ${domain} from ${app.name}\n`)
  call.host.changed()
  await call.spend(3.5)
  call.out(nginxOutput(app))
  return 0
}

const urls: Command = async (call) => {
  const app = requireApp(call)
  await call.spend(1.4)
  for (const domain of [...app.domains].sort()) call.out(`http://${domain}:${call.host.port}\n`)
  return 0
}

const appReport = reportCommand({
  title: 'domains',
  prefix: 'domains-',
  jsonKeys: 'short',
  column: 31,
  goesOn: true,
  cost: () => 0.07,
  facts: (app, host) => ({
    'domains-app-enabled': 'true',
    'domains-app-vhosts': app.domains.join(' '),
    'domains-global-enabled': 'true',
    'domains-global-vhosts': host.domain,
  }),
})

const report: Command = async (call) => {
  if (!call.words.includes('--global')) return appReport(call)
  heading(call, '--global domains information')
  call.out(`       ${'Domains global enabled:'.padEnd(31)}true\n`)
  call.out(`       ${'Domains global vhosts:'.padEnd(31)}${call.host.domain}\n`)
  return 0
}

export const domainsCommands: Record<string, Command> = {
  'domains:report': report,
  'domains:add': add,
  'domains:remove': remove,
  urls,
}
