import type { AccessToken } from '#lib/domain/access-token.ts'
import type { CiSettings, ProtectedEnvironment, ProtectedRefs } from '#lib/domain/ci-settings.ts'
import type { CiVariable } from '#lib/domain/ci-variable.ts'
import type { Environment } from '#lib/domain/environment.ts'
import type { AppLocation, Mapping } from '#lib/domain/mapping.ts'
import type { PendingJob, Runner } from '#lib/domain/runner.ts'
import type { StopForecast } from '#lib/domain/stop-forecast.ts'
import type { Webhook } from '#lib/domain/webhook.ts'
import type { Told } from './check.ts'
import type { PipelineJob } from './pipeline-jobs.ts'

/** Everything that a project's wiring is judged by, as it was at one look. */
export interface WiringFacts {
  project: { id: number; pathWithNamespace: string; webUrl: string; defaultBranch: string | null }
  mapping: Mapping
  settings: Told<CiSettings>
  pipeline: Told<PipelineFile>
  runners: Told<Runner[]>
  pendingJobs: Told<PendingJob[]>
  /** What the newest finished job's log says that it ran in: `docker`, `shell`, …; `null` when no log says so. */
  executor: Told<{ executor: string; jobName: string } | null>
  variables: Told<CiVariable[]>
  /** Those of the groups above; a group that may not be read is in `unreadGroups`. */
  groupVariables: CiVariable[]
  unreadGroups: string[]
  protectedRefs: Told<ProtectedRefs>
  /** `null`: this GitLab has no such thing. */
  protectedEnvironments: Told<ProtectedEnvironment[] | null>
  environments: MappedEnvironment[]
  /** Branches that no environment belongs to yet count too. */
  expectedApps: ExpectedApp[]
  hosts: HostFacts[]
  deployKey: DeployKey | null
  webhook: Webhook | null
  token: Told<AccessToken>
  /** GitLab's clock minus Berth's, in seconds. */
  gitlabClockSeconds: Told<number>
}

/** The pipeline file on the default branch, with everything it includes. */
export interface PipelineFile {
  path: string
  isValid: boolean
  /** GitLab's own words. */
  complaints: string[]
  /** `[]` when it could not be read. */
  jobs: PipelineJob[]
  /** How stopping what its jobs deploy would go. */
  forecasts: StopForecast[]
}

export type MappedEnvironment = Pick<Environment, 'name' | 'slug' | 'state' | 'tier' | 'autoStopAt'> & {
  /** `null` when no rule says which app it is. */
  app: AppLocation | null
}

/** Which environment and app a branch has, or would have at its next push. */
export interface ExpectedApp {
  branch: string
  environmentName: string
  app: string
}

/** A Dokku host as it answered just now. */
export interface HostFacts {
  name: string
  address: string
  port: number
  /** The fingerprint of a key that it showed and that is not pinned; `null` while the pinned one is shown. */
  refusedKey: string | null
  /** What it is for: review apps, staging and production, or both. */
  serves: ('review' | 'lane')[]
  installation: Told<{ version: string; servicePlugins: string[]; berthPlugin: string | null }>
  /** The domains below which apps without one of their own are found; `[]` when none is set. */
  globalDomains: Told<string[]>
  /** Fingerprints of the keys that may deploy. */
  keys: Told<string[]>
}

/** The public half of the key that Berth made for a project's jobs. Its private half is in GitLab alone. */
export interface DeployKey {
  /** `ssh-ed25519 AAAA… comment` */
  publicKey: string
  fingerprint: string
  createdAt: Date
  createdBy: string
}
