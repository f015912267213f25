import {
  type App,
  type Build,
  currentRelease,
  type Dyno,
  type Formation,
  type Release,
  type Slug,
  slugOf,
  type World,
} from './world.ts'

// Answers as the public JSON schema of the Platform API v3 has them.

const named = ({ id, name }: App) => ({ id, name })
const stack = { id: '69ca0fc7-74bb-4f3e-9a52-1d1ad1ef9c6a', name: 'heroku-24' }

export const hostnameOf = ({ webName }: App): string => `${webName}.localhost`

export const presentAccount = ({ account: { id, email } }: World) => ({
  allow_tracking: true,
  beta: false,
  email,
  federated: false,
  id,
  name: 'Deploy',
  suspended_at: null,
  two_factor_authentication: true,
  verified: true,
})

export const presentApp = (world: World, app: App) => ({
  acm: false,
  archived_at: null,
  buildpack_provided_description: app.slugs.length > 0 ? 'Ruby' : null,
  build_stack: stack,
  created_at: app.createdAt,
  current_build_architecture: ['amd64'],
  generation: { id: 'cedar', name: 'cedar' },
  git_url: `https://git.heroku.com/${app.name}.git`,
  id: app.id,
  internal_routing: null,
  maintenance: app.maintenance,
  name: app.name,
  organization: null,
  owner: { email: world.account.email, id: world.account.id },
  region: { id: '59accabd-516d-4f0e-83e6-6e3757701145', name: 'us' },
  released_at: app.releases.at(-1)?.createdAt ?? null,
  repo_size: null,
  slug_size: app.slugs.length > 0 ? 25_165_824 : null,
  space: null,
  stack,
  team: null,
  updated_at: app.updatedAt,
  web_url: `http://${hostnameOf(app)}:${world.port}/`,
})

export const presentDyno = (app: App, dyno: Dyno) => ({
  attach_url: null,
  app: named(app),
  command: app.formation.find(({ type }) => type === dyno.type)?.command ?? 'bash',
  created_at: dyno.createdAt,
  id: dyno.id,
  name: dyno.name,
  release: { id: app.releases.find(({ version }) => version === dyno.release)?.id, version: dyno.release },
  size: app.formation.find(({ type }) => type === dyno.type)?.size ?? 'basic',
  state: dyno.state,
  type: dyno.type,
  updated_at: dyno.updatedAt,
})

export const presentFormation = (app: App, { id, type, quantity, size, command }: Formation) => ({
  app: named(app),
  command,
  created_at: app.createdAt,
  dyno_size: { name: size, id: size },
  id,
  quantity,
  size,
  type,
  updated_at: app.updatedAt,
})

export const presentRelease = (world: World, app: App, release: Release) => ({
  addon_plan_names: [],
  app: named(app),
  created_at: release.createdAt,
  current: release === currentRelease(app),
  description: release.description,
  eligible_for_rollback: release.slugId !== null && release.status === 'succeeded',
  id: release.id,
  oci_image: null,
  output_stream_url: null,
  slug: release.slugId === null ? null : { id: release.slugId },
  status: release.status,
  updated_at: release.updatedAt,
  user: { email: release.by, id: world.account.id },
  version: release.version,
})

export const presentSlug = (slug: Slug) => ({
  blob: { method: 'get', url: 'https://slugs.invalid/slug.tgz' },
  buildpack_provided_description: 'Ruby',
  checksum: null,
  commit: slug.commit,
  commit_description: null,
  created_at: slug.createdAt,
  id: slug.id,
  process_types: slug.processTypes,
  size: 25_165_824,
  stack,
  updated_at: slug.createdAt,
})

export const presentBuild = (world: World, app: App, build: Build) => ({
  app: { id: app.id },
  buildpacks: null,
  created_at: build.createdAt,
  id: build.id,
  output_stream_url: `http://127.0.0.1:${world.port}/streams/${build.id}`,
  release: build.releaseId === null ? null : { id: build.releaseId },
  slug: build.slugId === null ? null : { id: build.slugId },
  source_blob: { checksum: null, url: 'https://sources.invalid/', version: build.version, version_description: null },
  stack: stack.name,
  status: build.status,
  updated_at: build.updatedAt,
  user: { email: world.account.email, id: world.account.id },
})

export const presentDomain = (app: App, hostname: string) => ({
  acm_status: null,
  acm_status_reason: null,
  app: named(app),
  cname: hostname === hostnameOf(app) ? null : `${app.webName}.herokudns.localhost`,
  created_at: app.createdAt,
  hostname,
  id: `${app.id}-${hostname}`,
  kind: hostname === hostnameOf(app) ? 'heroku' : 'custom',
  sni_endpoint: null,
  status: 'none',
  updated_at: app.updatedAt,
})

/** The commit that runs, for visitors who want to know. */
export const runningCommit = (app: App): string | null => slugOf(app, currentRelease(app))?.commit ?? null
