import type { StoredConnections } from './domain/connections.ts'
import type { Env } from './env.ts'

/** What of the connections environment variables set: it cannot be changed in the browser. */
export interface SetByEnv {
  gitlab: boolean
  oauth: boolean
  projects: boolean
  heroku: boolean
  /** Names of hosts. */
  hosts: readonly string[]
}

/**
 * The settings that Berth runs by: those of the environment, and what somebody connected in the browser wherever the
 * environment is silent. What belongs together comes from one place: a token goes to no other GitLab than the one that it
 * was entered for. The stand-ins of a demo that was left are no settings.
 */
export function connected(given: Env, stored: StoredConnections): Env {
  const env = stored.hasLeftDemo ? withoutStandIns(given) : given
  const named = new Set(env.BERTH_DOKKU_HOSTS.map(({ name }) => name))
  return {
    ...env,
    ...gitlabPart(env, stored.gitlab),
    BERTH_DOKKU_HOSTS: [...env.BERTH_DOKKU_HOSTS, ...stored.hosts.filter(({ name }) => !named.has(name)).map(hostFrom)],
    BERTH_HEROKU_API_KEY: env.BERTH_HEROKU_API_KEY ?? stored.herokuKey,
    BERTH_MAPPINGS: { ...stored.mappings, ...env.BERTH_MAPPINGS },
  }
}

export const setByEnv = (given: Env): SetByEnv => ({
  gitlab: given.BERTH_GITLAB_URL !== null,
  oauth: given.BERTH_GITLAB_OAUTH_ID !== null,
  projects: given.BERTH_GITLAB_PROJECTS.length > 0,
  heroku: given.BERTH_HEROKU_API_KEY !== null,
  hosts: given.BERTH_DOKKU_HOSTS.map(({ name }) => name),
})

/** Nothing shows until there is a GitLab to look at. */
export const needsSetup = (env: Env): boolean => env.BERTH_GITLAB_URL === null

function gitlabPart(env: Env, gitlab: StoredConnections['gitlab']): Partial<Env> {
  if (gitlab === null || env.BERTH_GITLAB_URL !== null) return {}
  const oauth = env.BERTH_GITLAB_OAUTH_ID === null ? gitlab.oauth : null
  return {
    BERTH_GITLAB_URL: gitlab.url,
    BERTH_GITLAB_TOKEN: gitlab.token,
    BERTH_GITLAB_PROJECTS: env.BERTH_GITLAB_PROJECTS.length > 0 ? env.BERTH_GITLAB_PROJECTS : gitlab.projects,
    ...(oauth && { BERTH_GITLAB_OAUTH_ID: oauth.id, BERTH_GITLAB_OAUTH_SECRET: oauth.secret }),
    BERTH_ADMINS: [...new Set([...env.BERTH_ADMINS, ...gitlab.admins])],
    BERTH_BREAK_GLASS: env.BERTH_BREAK_GLASS || (oauth !== null && gitlab.operatorEnters),
  }
}

const hostFrom = ({
  name,
  address,
  port,
  user,
  hostKeyFingerprint,
  privateKey,
}: StoredConnections['hosts'][number]) => ({
  name,
  address,
  port,
  user,
  hostKeyFingerprint,
  privateKey,
})

/** Without what `npm run up` sets when it starts the stand-ins, if it did. */
export function withoutStandIns(env: Env): Env {
  return env.BERTH_DEMO ? { ...env, ...noStandIns } : env
}

const noStandIns: Partial<Env> = {
  BERTH_DEMO: false,
  BERTH_GITLAB_URL: null,
  BERTH_GITLAB_TOKEN: null,
  BERTH_GITLAB_PROJECTS: [],
  BERTH_GITLAB_OAUTH_ID: null,
  BERTH_GITLAB_OAUTH_SECRET: null,
  BERTH_BREAK_GLASS: false,
  BERTH_DOKKU_HOSTS: [],
  BERTH_DOKKU_KEY_FILE: null,
  BERTH_MAPPINGS: {},
  BERTH_HEROKU_API_KEY: null,
  BERTH_PROBE_NETWORKS: [],
}
