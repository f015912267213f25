import type { CiVariable } from '#lib/domain/ci-variable.ts'
import { defaultMapping } from '#lib/domain/mapping.ts'
import { stopForecasts } from '#lib/domain/stop-forecast.ts'
import type { HostFacts, WiringFacts } from './facts.ts'
import type { PipelineJob } from './pipeline-jobs.ts'

/** Tests' wiring of the talk, in which nothing is wrong. */
export function sampleFacts(change: Partial<WiringFacts> = {}): WiringFacts {
  return {
    project: { id: 42, pathWithNamespace: 'hello/hello-app', webUrl: 'https://git/hello', defaultBranch: 'master' },
    mapping: { ...defaultMapping, reviewHost: 'review' },
    settings: {
      value: {
        isCiEnabled: true,
        isArchived: false,
        sharedRunners: false,
        groupRunners: true,
        keepsLatestArtifacts: false,
        forwardDeployments: true,
        forwardRollbacks: true,
        configPath: '.gitlab-ci.yml',
        accessLevel: 40,
      },
    },
    pipeline: {
      value: {
        path: '.gitlab-ci.yml',
        isValid: true,
        complaints: [],
        jobs: [sampleReview(), sampleProduction()],
        forecasts: stopForecasts(stoppable()),
      },
    },
    runners: {
      value: [
        {
          id: 1,
          description: 'docker',
          reach: 'project',
          isPaused: false,
          status: 'online',
          takes: { tags: ['docker'], untagged: true, protectedOnly: false },
        },
      ],
    },
    pendingJobs: { value: [] },
    executor: { value: { executor: 'docker', jobName: 'review' } },
    variables: {
      value: ['SSH_PRIVATE_KEY', 'SSH_KNOWN_HOSTS', 'DOKKU_HOST', 'PRODUCTION_DOKKU_HOST'].map((key) =>
        sampleVariable(key),
      ),
    },
    groupVariables: [],
    unreadGroups: [],
    protectedRefs: { value: { branches: ['master'], tags: [] } },
    protectedEnvironments: { value: null },
    environments: [
      {
        name: 'production',
        slug: 'production',
        state: 'available',
        tier: 'production',
        autoStopAt: null,
        app: { host: 'production', app: 'hello-app' },
      },
      {
        name: 'review/fix',
        slug: 'review-fix-abc123',
        state: 'available',
        tier: 'development',
        autoStopAt: new Date('2026-12-01T00:00:00Z'),
        app: { host: 'review', app: 'review-fix-abc123' },
      },
    ],
    expectedApps: [{ branch: 'fix', environmentName: 'review/fix', app: 'review-fix-abc123' }],
    hosts: [sampleHost(), sampleHost({ name: 'production', serves: ['lane'] })],
    deployKey: {
      publicKey: 'ssh-ed25519 AAAA gitlab-hello-hello-app',
      fingerprint: 'SHA256:deploy',
      createdAt: new Date('2026-11-01T00:00:00Z'),
      createdBy: 'hanako',
    },
    webhook: {
      projectId: 42,
      hookId: 5,
      installedBy: 'hanako',
      installedAt: new Date('2026-11-01T00:00:00Z'),
      deliveries: 12,
      refusals: 0,
      lastDeliveryAt: new Date('2026-11-23T09:59:00Z'),
      lastRefusalAt: null,
      lastRefusal: null,
      gitlabStatus: 'executable',
      checkedAt: new Date('2026-11-23T09:00:00Z'),
    },
    token: { value: { name: 'berth', scopes: ['api'], isActive: true, expiresAt: new Date('2027-11-01T00:00:00Z') } },
    gitlabClockSeconds: { value: 0 },
    ...change,
  }
}

export function sampleJob(job: Partial<PipelineJob> = {}): PipelineJob {
  return {
    name: 'rake',
    lines: [],
    ownVariables: [],
    tags: [],
    needsContainer: false,
    makesArtifacts: false,
    environment: null,
    isReview: false,
    isForTags: false,
    ...job,
  }
}

export const sampleReview = (job: Partial<PipelineJob> = {}): PipelineJob =>
  sampleJob({
    name: 'review',
    lines: [
      'ssh-add "$SSH_PRIVATE_KEY"',
      'cp "$SSH_KNOWN_HOSTS" ~/.ssh/known_hosts',
      'git push dokku@$DOKKU_HOST:$APP',
    ],
    environment: {
      name: 'review/$CI_COMMIT_REF_NAME',
      action: 'start',
      onStop: 'stop_review',
      autoStopIn: '1 week',
    },
    isReview: true,
    ...job,
  })

export const sampleProduction = (job: Partial<PipelineJob> = {}): PipelineJob =>
  sampleJob({
    name: 'production',
    lines: ['git push dokku@$PRODUCTION_DOKKU_HOST:hello-app HEAD:refs/heads/master'],
    environment: { name: 'production', action: 'start', onStop: null, autoStopIn: null },
    ...job,
  })

export const sampleVariable = (key: string, variable: Partial<CiVariable> = {}): CiVariable => ({
  key,
  type: key.startsWith('SSH') ? 'file' : 'env_var',
  isProtected: false,
  isMasked: false,
  environmentScope: '*',
  owner: 'project',
  ...variable,
})

export const sampleHost = (host: Partial<HostFacts> = {}): HostFacts => ({
  name: 'review',
  address: 'dokku.test',
  port: 22,
  refusedKey: null,
  serves: ['review'],
  installation: { value: { version: '0.38.27', servicePlugins: ['postgres'], berthPlugin: null } },
  globalDomains: { value: ['review.test'] },
  keys: { value: ['SHA256:deploy'] },
  ...host,
})

/** A parsed pipeline file whose review apps can be stopped; `stop` changes the stop job. */
export const stoppable = (stop: object = {}) => ({
  review: {
    script: ['deploy'],
    environment: { name: 'review/$CI_COMMIT_REF_NAME', on_stop: 'stop_review' },
    resource_group: 'review/$CI_COMMIT_REF_NAME',
  },
  stop_review: {
    script: ['destroy'],
    variables: { GIT_STRATEGY: 'none' },
    environment: { name: 'review/$CI_COMMIT_REF_NAME', action: 'stop' },
    when: 'manual',
    resource_group: 'review/$CI_COMMIT_REF_NAME',
    ...stop,
  },
})
