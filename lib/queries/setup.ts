import { type SetByEnv, setByEnv } from '#lib/connections.ts'
import type { Context } from '#lib/context.ts'
import { gitlabRow, herokuRow, hostRows, setupProgress, storedMappings } from '#lib/db/connections.ts'
import { hostRecords } from '#lib/db/hosts.ts'
import { sourceStates } from '#lib/db/sources.ts'
import { isAdmin } from '#lib/domain/access.ts'
import type { HostRole, TokenFacts } from '#lib/domain/connections.ts'
import { BerthError } from '#lib/domain/errors.ts'
import { addKeyLine, fingerprintLine } from '#lib/domain/host-check.ts'
import type { Mapping } from '#lib/domain/mapping.ts'
import type { KnownHost } from '#lib/domain/mapping-proposal.ts'
import { type SetupStep, type StepState, stepStates } from '#lib/domain/setup-steps.ts'
import type { SourceState } from '#lib/domain/source.ts'
import type { Env } from '#lib/env.ts'
import { redirectUriOf } from '#lib/gitlab-clients.ts'

/** What is connected, as far as it may be shown: no secret is in it. */
export interface Setup {
  isDemo: boolean
  given: SetByEnv
  steps: Record<SetupStep, StepState>
  /** Connected in the browser; `null` when it is not. */
  gitlab: {
    url: string
    token: TokenFacts
    oauthId: string | null
    admins: string[]
    operatorEnters: boolean
    projects: string[]
    changedAt: Date
    changedBy: string
  } | null
  /** GitLab's address as it is in use or will be; `null` while there is none. */
  gitlabUrl: string | null
  redirectUri: string
  hosts: ConnectedHost[]
  heroku: { account: string; changedAt: Date; changedBy: string } | null
  mappings: Record<string, Partial<Mapping>>
}

export interface ConnectedHost {
  name: string
  address: string
  port: number
  user: string
  role: HostRole
  /** What the person adds on the host. */
  addKeyLine: string
  fingerprintLine: string
  pinned: string | null
  /** The key that it showed last. */
  shown: string
  shownType: string
  connectedAt: Date | null
}

/** Everything that the setup and the page of connections show. Only admins see it. */
export async function setupOf(ctx: Context, { given, env }: { given: Env; env: Env }): Promise<Setup> {
  if (!isAdmin(ctx.actor))
    throw new BerthError('forbidden', 'berth', 'Only an admin of Berth sees what it is connected to.')
  const [row, hosts, heroku, mappings, { skipped }] = await Promise.all([
    gitlabRow(ctx.db),
    hostRows(ctx.db),
    herokuRow(ctx.db),
    storedMappings(ctx.db),
    setupProgress(ctx.db),
  ])
  const byEnv = setByEnv(given)
  return {
    isDemo: env.BERTH_DEMO === true,
    given: byEnv,
    steps: stepStates({
      has: {
        gitlab: row !== null,
        'sign-in': row?.oauthId != null,
        hosts:
          hosts.some(({ connectedAt }) => connectedAt !== null) && hosts.every((host) => host.connectedAt !== null),
        heroku: heroku !== null,
        projects: row?.chosenAt != null,
      },
      given: {
        gitlab: byEnv.gitlab,
        'sign-in': byEnv.oauth,
        hosts: byEnv.hosts.length > 0,
        heroku: byEnv.heroku,
        projects: byEnv.projects || byEnv.gitlab,
      },
      skipped,
    }),
    gitlab: row && {
      url: row.url,
      token: row.tokenFacts,
      oauthId: row.oauthId,
      admins: row.admins,
      operatorEnters: row.operatorEnters,
      projects: row.projects,
      changedAt: row.changedAt,
      changedBy: row.changedBy,
    },
    gitlabUrl: byEnv.gitlab ? given.BERTH_GITLAB_URL : (row?.url ?? null),
    redirectUri: redirectUriOf(given),
    hosts: hosts.map((host) => ({
      name: host.name,
      address: host.address,
      port: host.port,
      user: host.user,
      role: host.role,
      addKeyLine: addKeyLine(host.publicKey, host.name),
      fingerprintLine: fingerprintLine(host.shownType),
      pinned: host.hostKeyFingerprint,
      shown: host.shownFingerprint,
      shownType: host.shownType,
      connectedAt: host.connectedAt,
    })),
    heroku: heroku && { account: heroku.account, changedAt: heroku.changedAt, changedBy: heroku.changedBy },
    mappings,
  }
}

/** The hosts in use with what is on them, for proposing where a project's apps are. */
export async function knownHosts(ctx: Context): Promise<(KnownHost & { isRead: boolean })[]> {
  const [rows, records, apps] = await Promise.all([
    hostRows(ctx.db),
    hostRecords(ctx.db),
    ctx.db.dokkuApp.findMany({ select: { host: true, name: true }, orderBy: { name: 'asc' } }),
  ])
  const roles = new Map(rows.map(({ name, role }) => [name, role]))
  return records.map(({ name, source }) => ({
    name,
    // A host that a variable names says what it is for by its name, if at all.
    role: roles.get(name) ?? (/prod/.test(name) ? 'production' : 'review'),
    apps: apps.filter(({ host }) => host === name).map((app) => app.name),
    isRead: source.observedAt !== null,
  }))
}

/** How the sources of the connections are, as last seen. */
export async function connectionSources(ctx: Context): Promise<SourceState[]> {
  return (await sourceStates(ctx.db)).filter(({ id }) => id === 'gitlab' || id.startsWith('dokku:'))
}
