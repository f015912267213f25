// Answers in the shape that Heroku's public JSON schema gives them, whole: also with the fields that Berth leaves out.

const id = '01234567-89ab-cdef-0123-456789abcdef'
const at = '2026-11-01T12:00:00Z'
const owner = { email: 'ops@example.jp', id }

export const app = (name: string, more: object = {}) => ({
  acm: false,
  archived_at: null,
  buildpack_provided_description: 'Ruby',
  build_stack: { id, name: 'heroku-24' },
  created_at: at,
  current_build_architecture: ['amd64'],
  generation: { id, name: 'cedar' },
  git_url: `https://git.heroku.com/${name}.git`,
  id,
  internal_routing: null,
  maintenance: false,
  name,
  organization: null,
  owner,
  region: { id, name: 'us' },
  released_at: at,
  repo_size: null,
  slug_size: 25_165_824,
  space: null,
  stack: { id, name: 'heroku-24' },
  team: null,
  updated_at: at,
  web_url: `https://${name}-0123456789ab.herokuapp.com/`,
  ...more,
})

export const dyno = (name: string, state: string, version = 12) => ({
  attach_url: null,
  command: 'bundle exec puma -C config/puma.rb',
  created_at: at,
  id,
  name,
  release: { id, version },
  app: { name: 'hello-app', id },
  size: 'standard-1X',
  state,
  type: name.split('.')[0],
  updated_at: at,
})

export const formation = (type: string, quantity: number) => ({
  app: { name: 'hello-app', id },
  command: 'bundle exec puma -C config/puma.rb',
  created_at: at,
  dyno_size: { name: 'standard-1X', id },
  id,
  quantity,
  size: 'standard-1X',
  type,
  updated_at: at,
})

export const release = (version: number, more: object = {}) => ({
  addon_plan_names: ['heroku-postgresql:essential-0'],
  app: { name: 'hello-app', id },
  created_at: at,
  description: 'Deploy a1b2c3d4',
  eligible_for_rollback: true,
  id: `release-${version}`,
  updated_at: at,
  oci_image: null,
  slug: { id: `slug-${version}` },
  status: 'succeeded',
  user: owner,
  version,
  current: version === 12,
  output_stream_url: null,
  ...more,
})

export const slug = (commit: string | null) => ({
  blob: { method: 'get', url: 'https://s3.example.com/heroku.com/v1/slug' },
  buildpack_provided_description: 'Ruby',
  checksum: 'SHA256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  commit,
  commit_description: null,
  created_at: at,
  id: 'slug-12',
  process_types: { web: 'bundle exec puma -C config/puma.rb' },
  size: 25_165_824,
  stack: { id, name: 'heroku-24' },
  updated_at: at,
})

export const domain = (hostname: string) => ({
  acm_status: null,
  acm_status_reason: null,
  app: { name: 'hello-app', id },
  cname: null,
  created_at: at,
  hostname,
  id,
  kind: 'heroku',
  sni_endpoint: null,
  status: 'none',
  updated_at: at,
})
