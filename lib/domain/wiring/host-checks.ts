import { whereSet } from '#lib/domain/connections.ts'
import { type Check, found, type Judged, ok } from './check.ts'
import type { HostFacts, WiringFacts } from './facts.ts'

/** What every host that a project deploys to has to have. */
export function hostChecks(facts: WiringFacts): Check[] {
  const checks =
    facts.hosts.length === 0
      ? [
          found(
            'problem',
            'A Dokku host is known',
            `Berth knows no Dokku host of this project: see what is set ${whereSet('BERTH_DOKKU_HOSTS', 'BERTH_MAPPINGS')}.`,
          ),
        ]
      : facts.hosts.flatMap((host) => ofHost(host, facts))
  return checks.map((check) => ({ group: 'hosts', ...check }))
}

function ofHost(host: HostFacts, facts: WiringFacts): Judged[] {
  const { installation } = host
  if ('failure' in installation) return [keyPinned(host), reachable(host)]
  return [
    keyPinned(host),
    reachable(host),
    version(host, installation.value.version),
    database(host, installation.value.servicePlugins, facts),
    globalDomain(host),
    berthPlugin(host, installation.value.berthPlugin),
  ]
}

function keyPinned({ name, address, refusedKey, installation }: HostFacts): Judged {
  const check = `${name}: host key`
  if (refusedKey !== null)
    return found(
      'problem',
      check,
      'failure' in installation ? installation.failure.message : `${name} showed a key that is not pinned.`,
      {
        evidence: [`It showed ${refusedKey}.`],
        fix: {
          kind: 'command',
          words: `On ${name} (${address}): compare, and pin it only if it is the same`,
          text: 'ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub',
        },
      },
    )
  if ('failure' in installation) return found('unknown', check, `${name} does not answer, and so shows no key.`)
  return ok(check, 'It showed the key that is pinned.')
}

function reachable({ name, address, port, installation }: HostFacts): Judged {
  const check = `${name}: reachable`
  if ('value' in installation) return ok(check, `${name} (${address}) answers over SSH.`)
  return found('problem', check, installation.failure.message, {
    fix: { kind: 'command', words: 'From where Berth runs', text: `ssh -p ${port} dokku@${address} version` },
  })
}

/** The oldest Dokku that Berth's questions were written for. */
const oldest = [0, 30] as const

function version({ name }: HostFacts, installed: string): Judged {
  const check = `${name}: Dokku is new enough`
  const [major = 0, minor = 0] = installed.split('.').map(Number)
  if (major > oldest[0] || minor >= oldest[1]) return ok(check, `Dokku ${installed}.`)
  return found('warning', check, `${name} runs Dokku ${installed}; Berth is made for ${oldest.join('.')} and later.`, {
    fix: { kind: 'link', words: 'How Dokku is upgraded', href: 'https://dokku.com/docs/getting-started/upgrading/' },
  })
}

function database(
  { name, serves, installation: _ }: HostFacts,
  plugins: readonly string[],
  { mapping }: WiringFacts,
): Judged {
  const check = `${name}: database plugin`
  if (mapping.database === null) return ok(check, 'The project’s apps have no database.')
  if (plugins.length > 0) return ok(check, `It has ${plugins.join(', ')}.`)
  if (!serves.includes('review'))
    return ok(check, 'It has none; review apps, which get theirs from the pipeline, are elsewhere.')
  return found('problem', check, `${name} has no service plugin: \`postgres:create\` fails in every review job.`, {
    fix: {
      kind: 'command',
      words: `On ${name}, as root`,
      text: 'sudo dokku plugin:install https://github.com/dokku/dokku-postgres.git --name postgres',
    },
  })
}

function globalDomain({ name, serves, globalDomains }: HostFacts): Judged {
  const check = `${name}: global domain`
  if ('failure' in globalDomains) return found('unknown', check, globalDomains.failure.message)
  const domains = globalDomains.value
  if (domains.length > 0) return ok(check, `Apps are found below ${domains.join(', ')}.`)
  if (!serves.includes('review')) return ok(check, 'It has none; the apps here have domains of their own.')
  return found('problem', check, `${name} has no global domain: review apps get no address of their own.`, {
    fix: { kind: 'command', words: `On ${name}`, text: 'dokku domains:set-global review.example.jp' },
  })
}

function berthPlugin({ name }: HostFacts, installed: string | null): Judged {
  const check = `${name}: plugin berth`
  return installed === null
    ? ok(check, 'Not installed; it is optional, and makes looking cheap and crashes visible at once.')
    : ok(check, `Version ${installed}.`)
}
