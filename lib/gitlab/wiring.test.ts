import { expect, test } from 'vitest'
import { scriptedGitlab } from './scripted-gitlab.ts'

const page = 'page=1&per_page=100'

/** As GitLab's documentation prints one, with its value. */
const answer = {
  variable_type: 'env_var',
  key: 'DOKKU_HOST',
  value: 'dokku.example.jp',
  hidden: false,
  protected: true,
  masked: false,
  raw: false,
  environment_scope: '*',
  description: null,
}

const read = { key: 'DOKKU_HOST', type: 'env_var', isProtected: true, isMasked: false, environmentScope: '*' }

test('variables are read without their values, one for each scope', async () => {
  const key = {
    ...answer,
    key: 'SSH_PRIVATE_KEY',
    variable_type: 'file',
    value: '-----BEGIN',
    environment_scope: 'review/*',
  }
  const { gitlab } = await scriptedGitlab([
    {
      expect: `GET /projects/42/variables?${page}`,
      json: [answer, { ...answer, environment_scope: 'production' }, key],
    },
    { expect: `GET /groups/hello%2Fsub/variables?${page}`, json: [answer] },
  ])
  const variables = await gitlab.variables(42)
  expect(variables).toEqual([
    { ...read, owner: 'project' },
    { ...read, environmentScope: 'production', owner: 'project' },
    { ...read, key: 'SSH_PRIVATE_KEY', type: 'file', environmentScope: 'review/*', owner: 'project' },
  ])
  expect(JSON.stringify(variables)).not.toMatch(/BEGIN|dokku\.example\.jp/)
  expect(await gitlab.groupVariables('hello/sub')).toEqual([{ ...read, owner: 'hello/sub' }])
})

test('an answer that cannot be read names the field and no value', async () => {
  const { gitlab } = await scriptedGitlab([
    { expect: `GET /projects/42/variables?${page}`, json: [{ ...answer, key: null, value: 's3cret' }] },
  ])
  const error = await gitlab.variables(42).catch((thrown: Error) => thrown)
  expect(String(error)).toMatch(/CI\/CD variables cannot be read at \[0\]\.key/)
  expect(String(error)).not.toContain('s3cret')
})

const wish = {
  key: 'SSH_PRIVATE_KEY',
  value: 'line\nline\n',
  type: 'file',
  isProtected: false,
  isMasked: false,
  description: 'Deploys',
} as const

test('a variable is created once, its value in the body alone', async () => {
  const { gitlab, requests } = await scriptedGitlab([
    { expect: 'POST /projects/42/variables', status: 201, json: { ...answer, value: 'line\nline\n' } },
  ])
  expect(await gitlab.createVariable(42, wish)).toBeUndefined()
  expect(JSON.parse(requests[0]?.body ?? '')).toEqual({
    key: 'SSH_PRIVATE_KEY',
    value: 'line\nline\n',
    variable_type: 'file',
    protected: false,
    masked: false,
    description: 'Deploys',
    raw: true,
  })
})

test('GitLab’s refusal of a variable keeps its words and no value', async () => {
  const message = { key: ['(SSH_PRIVATE_KEY) has already been taken'] }
  const { gitlab } = await scriptedGitlab([{ expect: 'POST /projects/42/variables', status: 400, json: { message } }])
  const error = await gitlab.createVariable(42, wish).catch((thrown: Error) => thrown)
  expect(error).toMatchObject({
    kind: 'refused',
    message: expect.stringContaining('key (SSH_PRIVATE_KEY) has already been taken'),
  })
  expect(String(error)).not.toContain('line')
})

test('a variable that cannot be named is not sent', async () => {
  const { gitlab } = await scriptedGitlab([])
  await expect(gitlab.createVariable(42, { ...wish, key: 'A-B' })).rejects.toMatchObject({ kind: 'invalid' })
})

const runner = {
  id: 8,
  description: 'docker on ci-1',
  ip_address: '',
  active: true,
  paused: false,
  is_shared: false,
  runner_type: 'project_type',
  name: 'gitlab-runner',
  online: true,
  created_by: null,
  status: 'online',
}

test('runners come without their rules, which are asked one by one', async () => {
  const { gitlab } = await scriptedGitlab([
    {
      expect: `GET /projects/42/runners?${page}`,
      json: [
        runner,
        { ...runner, id: 9, description: null, runner_type: 'instance_type', paused: true, status: 'asleep' },
      ],
    },
    {
      expect: 'GET /runners/8',
      json: { ...runner, tag_list: ['docker'], run_untagged: false, locked: true, access_level: 'ref_protected' },
    },
    { expect: 'GET /runners/9', status: 403, json: { message: '403 Forbidden - No access granted' } },
    { expect: 'GET /runners/10', status: 500, json: { message: '500 Internal Server Error' } },
  ])
  expect(await gitlab.runners(42)).toEqual([
    { id: 8, description: 'docker on ci-1', reach: 'project', isPaused: false, status: 'online' },
    { id: 9, description: '', reach: 'instance', isPaused: true, status: 'offline' },
  ])
  expect(await gitlab.runnerRules(8)).toEqual({ tags: ['docker'], untagged: false, protectedOnly: true })
  expect(await gitlab.runnerRules(9)).toBeNull()
  await expect(gitlab.runnerRules(10)).rejects.toMatchObject({ kind: 'unavailable' })
})

test('pending jobs come with their tags', async () => {
  const { gitlab } = await scriptedGitlab([
    {
      expect: `GET /projects/42/jobs?${page}&scope=pending`,
      json: [
        {
          id: 7,
          name: 'rake',
          ref: 'v1',
          tag: true,
          tag_list: ['gpu'],
          web_url: 'https://git/7',
          created_at: '2026-11-01T10:00:00Z',
        },
      ],
    },
  ])
  expect(await gitlab.pendingJobs(42)).toEqual([
    {
      id: 7,
      name: 'rake',
      ref: 'v1',
      isTag: true,
      tags: ['gpu'],
      webUrl: 'https://git/7',
      createdAt: new Date('2026-11-01T10:00:00Z'),
    },
  ])
})

test('a project’s settings are read in the words of old and new versions', async () => {
  const newer = {
    archived: false,
    jobs_enabled: true,
    builds_access_level: 'disabled',
    shared_runners_enabled: true,
    group_runners_enabled: true,
    keep_latest_artifact: true,
    ci_forward_deployment_enabled: true,
    ci_forward_deployment_rollback_allowed: false,
    ci_config_path: 'ci/main.yml',
    permissions: { project_access: { access_level: 30 }, group_access: { access_level: 40 } },
  }
  const { gitlab } = await scriptedGitlab([
    { expect: 'GET /projects/42', json: newer },
    { expect: 'GET /projects/42', json: { jobs_enabled: true, ci_config_path: '' } },
  ])
  expect(await gitlab.ciSettings(42)).toEqual({
    isCiEnabled: false,
    isArchived: false,
    sharedRunners: true,
    groupRunners: true,
    keepsLatestArtifacts: true,
    forwardDeployments: true,
    forwardRollbacks: false,
    configPath: 'ci/main.yml',
    accessLevel: 40,
  })
  expect(await gitlab.ciSettings(42)).toMatchObject({
    isCiEnabled: true,
    keepsLatestArtifacts: null,
    configPath: '.gitlab-ci.yml',
    accessLevel: 0,
  })
})

test('protected branches and tags are read by name', async () => {
  const { gitlab } = await scriptedGitlab([
    {
      expect: `GET /projects/42/protected_branches?${page}`,
      json: [{ id: 1, name: 'master', push_access_levels: [] }],
    },
    { expect: `GET /projects/42/protected_tags?${page}`, json: [{ name: 'v*', create_access_levels: [] }] },
  ])
  expect(await gitlab.protectedRefs(42)).toEqual({ branches: ['master'], tags: ['v*'] })
})

test('a GitLab without protected environments is told from one that fails', async () => {
  const expected = `GET /projects/42/protected_environments?${page}`
  const { gitlab } = await scriptedGitlab([
    {
      expect: expected,
      json: [{ name: 'production', deploy_access_levels: [{ access_level: 40 }, { access_level: null, user_id: 3 }] }],
    },
    { expect: expected, status: 404, json: { error: '404 Not Found' } },
    { expect: expected, status: 403, json: { message: '403 Forbidden' } },
  ])
  expect(await gitlab.protectedEnvironments(42)).toEqual([{ name: 'production', leastLevel: 40 }])
  expect(await gitlab.protectedEnvironments(42)).toBeNull()
  await expect(gitlab.protectedEnvironments(42)).rejects.toMatchObject({ kind: 'forbidden' })
})

test('the token says of itself what it may and until when', async () => {
  const own = {
    id: 4,
    name: 'berth',
    revoked: false,
    scopes: ['read_api'],
    active: true,
    expires_at: '2026-12-31',
    user_id: 3,
  }
  const { gitlab } = await scriptedGitlab([
    { expect: 'GET /personal_access_tokens/self', json: own },
    { expect: 'GET /personal_access_tokens/self', json: { ...own, expires_at: null } },
  ])
  expect(await gitlab.ownToken()).toEqual({
    name: 'berth',
    scopes: ['read_api'],
    isActive: true,
    expiresAt: new Date('2026-12-31T00:00:00Z'),
  })
  expect(await gitlab.ownToken()).toMatchObject({ expiresAt: null })
})

test('GitLab’s clock is read from its answer', async () => {
  const { gitlab } = await scriptedGitlab([
    { expect: 'GET /metadata', json: { version: '18.6.1' }, headers: { date: 'Mon, 23 Nov 2026 10:00:07 GMT' } },
    { expect: 'GET /metadata', json: { version: '18.6.1' }, headers: { date: 'noon' } },
  ])
  expect(await gitlab.clock()).toEqual(new Date('2026-11-23T10:00:07Z'))
  await expect(gitlab.clock()).rejects.toMatchObject({ kind: 'unavailable' })
})
