/** Starts GitLab, the two Dokku hosts and, where it is wanted, Heroku, prints one line of JSON when all are ready, and stays until it is told to stop. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { type Authority, createAuthority } from './dokku/certificate.ts'
import { type DokkuStandIn, startDokku } from './dokku/server.ts'
import { apiToken, emptyWorld, readApiToken } from './gitlab/empty-world.ts'
import { startGitlab } from './gitlab/server.ts'
import { isSaved, load, resume, save } from './gitlab/state-file.ts'
import type { DeployHost, Project, World } from './gitlab/world.ts'
import { type HerokuStandIn, startHeroku } from './heroku/server.ts'
import { keyPair } from './keys.ts'
import { onFreePort, type Ports, readPorts, writePorts } from './ports.ts'
import { members, people } from './seed/people.ts'
import { seed } from './seed/seed.ts'

/** What somebody needs to know to use the stand-ins; this is the line on stdout. */
export interface StandIns {
  gitlabUrl: string
  gitlabToken: string
  /** May look, may not act. */
  gitlabReadToken: string
  gitlabProjects: string[]
  /** The application that people sign in through. */
  oauth: { id: string; secret: string }
  /** In the form of `BERTH_DOKKU_HOSTS`. */
  dokkuHosts: string
  dokkuKeyFile: string
  /** The Platform API and a key of the account; `null` without a Heroku. */
  heroku: { url: string; key: string } | null
  /** Signs the certificates of the deployed apps; in the form of `NODE_EXTRA_CA_CERTS`. */
  authorityFile: string
  /** In the form of `BERTH_MAPPINGS`. */
  mappings: Record<string, unknown>
  /** Where the control doors are, and where the deployed apps answer at `http://<app>.localhost:<port>/`. */
  control: { gitlab: string; review: string; production: string; heroku: string }
  /** Where apps that have a certificate answer too, at `https://<app>.localhost:<port>/`. */
  httpsPorts: { review: number; production: number }
}

export interface StandInOptions {
  dir: string
  /** How long a job takes, about. */
  jobMs?: number
  /** What the Dokku hosts cost: 1 is a real host's time. */
  pace?: number
  /** With the large project `scale/monolith`. */
  large?: boolean
  /** With what only the demo has: more that is wrong, neighbours on the review host, and visitors. */
  demo?: boolean
  /** With a Heroku, and the project `hello/hello-heroku` whose staging and production are there; the demo has them. */
  heroku?: boolean
  /** Hosts that have the plugin `berth`. */
  berthPlugin?: string[]
  /** Instant that the seeded past is told from; with the same one all commits have the same ids. */
  asOf?: Date
  /** Where sign-ins may lead back to, exactly. */
  oauthRedirects?: string[]
  ports?: Partial<Ports>
}

const oauthClient = { id: 'stand-in-oauth-id', secret: 'stand-in-oauth-secret' }

const herokuKey = 'HRKU-stand-in-key'

/** Production is named by hand, since it has a domain of its own; staging is found by its address. */
const onHeroku = (app: string) => ({ reviewHost: 'review', named: { production: { heroku: app } } })

const mapping = (app: string) => ({
  reviewHost: 'review',
  named: {
    staging: { host: 'production', app: `${app}-staging` },
    production: { host: 'production', app },
  },
})

const deployHost = ({ sshPort, httpPort, httpsPort, hostKeyFingerprint }: DokkuStandIn): DeployHost => ({
  address: '127.0.0.1',
  sshPort,
  httpPort,
  httpsPort,
  hostKeyFingerprint,
})

/** The same at each start, or what it has signed before would no longer be believed. */
function openAuthority(dir: string): { authority: Authority; file: string } {
  const [file, whole] = [join(dir, 'authority.pem'), join(dir, 'authority.json')]
  if (existsSync(whole)) return { authority: JSON.parse(readFileSync(whole, 'utf8')), file }
  const authority = createAuthority('Berth stand-ins')
  writeFileSync(whole, JSON.stringify(authority), { mode: 0o600 })
  writeFileSync(file, authority.certificate)
  return { authority, file }
}

/** Takes up the world that an earlier start left in `dir`, or begins a new one on emptied hosts. */
async function openWorld(
  world: World,
  hosts: { review: DokkuStandIn; production: DokkuStandIn; heroku: HerokuStandIn | null },
  options: StandInOptions,
): Promise<void> {
  if (isSaved(world.dir)) return load(world)
  const { asOf = new Date(), large = true, demo = false } = options
  const apps = await seed(world, { asOf, large, demo })
  await hosts.review.seed(apps.review, apps.reviewDatabases)
  await hosts.production.seed(apps.production)
  hosts.heroku?.seed(apps.heroku)
  save(world)
}

export async function startStandIns(options: StandInOptions): Promise<{ standIns: StandIns; stop(): Promise<void> }> {
  const dir = resolve(options.dir)
  const gitlabDir = join(dir, 'gitlab')
  const parts = ['gitlab', 'review', 'production', 'heroku']
  mkdirSync(dir, { recursive: true })
  if (!isSaved(gitlabDir)) for (const part of parts) rmSync(join(dir, part), { recursive: true, force: true })
  const [runner, berth] = [keyPair(join(dir, 'runner-key')), keyPair(join(dir, 'berth-key'))]
  const ports = { ...readPorts(dir), ...options.ports }
  const authorizedKeys = [runner.publicKey, berth.publicKey]
  const { authority, file: authorityFile } = openAuthority(dir)
  const openDokku = (name: 'review' | 'production') =>
    onFreePort(
      [ports[`${name}Ssh`], ports[`${name}Http`], ports[`${name}Https`]],
      ([sshPort = 0, httpPort = 0, httpsPort = 0]) =>
        startDokku({
          name,
          dir: join(dir, name),
          authorizedKeys,
          sshPort,
          httpPort,
          httpsPort,
          authority,
          plugin: options.berthPlugin?.includes(name) ?? false,
          ...(options.demo ? { visitEveryMs: 1500 } : {}),
          ...(options.pace === undefined ? {} : { pace: options.pace }),
        }),
    )
  const review = await openDokku('review')
  const production = await openDokku('production')
  const heroku =
    (options.heroku ?? options.demo)
      ? await onFreePort([ports.heroku], ([port = 0]) =>
          startHeroku({
            dir: join(dir, 'heroku'),
            key: herokuKey,
            port,
            ...(options.jobMs === undefined ? {} : { stepMs: options.jobMs / 4 }),
          }),
        )
      : null
  const world = emptyWorld({
    dir: gitlabDir,
    users: people,
    members,
    hosts: { review: deployHost(review), production: deployHost(production) },
    heroku: heroku && { url: heroku.url, port: heroku.port, key: herokuKey },
    runnerKeyFile: runner.file,
    jobMs: options.jobMs ?? 3000,
  })
  await openWorld(world, { review, production, heroku }, options)
  world.oauth.clients = [{ ...oauthClient, redirectUris: [...(options.oauthRedirects ?? [])] }]
  if (options.jobMs !== undefined) world.jobMs = options.jobMs
  const gitlab = await onFreePort([ports.gitlab], ([port]) => startGitlab(world, port))
  writePorts(dir, {
    gitlab: Number(new URL(gitlab.url).port),
    reviewSsh: review.sshPort,
    reviewHttp: review.httpPort,
    reviewHttps: review.httpsPort,
    productionSsh: production.sshPort,
    productionHttp: production.httpPort,
    productionHttps: production.httpsPort,
    ...(heroku && { heroku: heroku.port }),
  })
  resume(world)
  const saving = setInterval(() => save(world), 5000)

  const projects = [...world.projects.values()].map(({ path }) => path)
  const mappingOf = ({ path, production: { on } }: Project) => {
    const app = path.split('/').at(-1) as string
    return [path, on === 'heroku' ? onHeroku(app) : mapping(app)]
  }
  const address = ({ name, sshPort, hostKeyFingerprint }: DokkuStandIn): string =>
    `${name}=ssh://dokku@127.0.0.1:${sshPort}#${hostKeyFingerprint}`
  return {
    standIns: {
      gitlabUrl: gitlab.url,
      gitlabToken: apiToken,
      gitlabReadToken: readApiToken,
      gitlabProjects: projects,
      oauth: oauthClient,
      dokkuHosts: [review, production].map(address).join(','),
      dokkuKeyFile: berth.file,
      heroku: heroku && { url: heroku.url, key: herokuKey },
      authorityFile,
      mappings: Object.fromEntries([...world.projects.values()].map(mappingOf)),
      control: {
        gitlab: gitlab.url,
        review: `http://127.0.0.1:${review.httpPort}`,
        production: `http://127.0.0.1:${production.httpPort}`,
        heroku: heroku?.url ?? '',
      },
      httpsPorts: { review: review.httpsPort, production: production.httpsPort },
    },
    async stop() {
      clearInterval(saving)
      save(world)
      await gitlab.stop()
      await Promise.all([review.stop(), production.stop(), heroku?.stop()])
    },
  }
}

function options(): StandInOptions & { parent?: number } {
  const { values } = parseArgs({
    options: {
      dir: { type: 'string' },
      parent: { type: 'string' },
      'job-ms': { type: 'string' },
      pace: { type: 'string' },
      small: { type: 'boolean', default: false },
      demo: { type: 'boolean', default: false },
      heroku: { type: 'boolean' },
      'berth-plugin': { type: 'string', multiple: true },
      now: { type: 'string' },
      'oauth-redirect': { type: 'string', multiple: true },
    },
  })
  if (!values.dir) throw new Error('start.ts needs --dir DIR, where the stand-ins keep their files.')
  return {
    dir: values.dir,
    large: !values.small,
    demo: values.demo,
    ...(values.heroku === undefined ? {} : { heroku: values.heroku }),
    ...(values['berth-plugin'] ? { berthPlugin: values['berth-plugin'] } : {}),
    ...(values['oauth-redirect'] ? { oauthRedirects: values['oauth-redirect'] } : {}),
    ...(values['job-ms'] ? { jobMs: Number(values['job-ms']) } : {}),
    ...(values.pace ? { pace: Number(values.pace) } : {}),
    ...(values.now ? { asOf: new Date(values.now) } : {}),
    ...(values.parent ? { parent: Number(values.parent) } : {}),
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

if (import.meta.main) {
  const { parent, ...rest } = options()
  const { standIns, stop } = await startStandIns(rest)
  const end = (): void => void stop().then(() => process.exit(0))
  process.once('SIGTERM', end)
  process.once('SIGINT', end)
  // A parent killed hard sends no signal: without this look the servers would outlive it and hold its ports.
  if (parent) setInterval(() => isAlive(parent) || end(), 1000).unref()
  console.log(JSON.stringify(standIns))
}
