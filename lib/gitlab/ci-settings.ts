import { z } from 'zod'
import type { CiSettings, ProtectedEnvironment } from '#lib/domain/ci-settings.ts'
import { isNotFound } from '#lib/domain/errors.ts'
import type { Client } from './client.ts'
import type { Gitlab } from './contract.ts'
import { readEveryPage } from './pages.ts'
import { orNull, readable } from './schema.ts'

const level = orNull(z.object({ access_level: z.number() }))

/** https://docs.gitlab.com/api/projects/. Older versions say `jobs_enabled`, newer ones `builds_access_level` besides. */
const settings: z.ZodType<CiSettings> = z
  .object({
    archived: orNull(z.boolean()),
    jobs_enabled: orNull(z.boolean()),
    builds_access_level: orNull(z.string()),
    shared_runners_enabled: orNull(z.boolean()),
    group_runners_enabled: orNull(z.boolean()),
    keep_latest_artifact: orNull(z.boolean()),
    ci_forward_deployment_enabled: orNull(z.boolean()),
    ci_forward_deployment_rollback_allowed: orNull(z.boolean()),
    ci_config_path: orNull(z.string()),
    permissions: orNull(z.object({ project_access: level, group_access: level })),
  })
  .transform((answer) => ({
    isCiEnabled:
      answer.builds_access_level === null ? (answer.jobs_enabled ?? true) : answer.builds_access_level !== 'disabled',
    isArchived: answer.archived ?? false,
    sharedRunners: answer.shared_runners_enabled ?? false,
    groupRunners: answer.group_runners_enabled,
    keepsLatestArtifacts: answer.keep_latest_artifact,
    forwardDeployments: answer.ci_forward_deployment_enabled,
    forwardRollbacks: answer.ci_forward_deployment_rollback_allowed,
    configPath: answer.ci_config_path || '.gitlab-ci.yml',
    accessLevel: Math.max(
      answer.permissions?.project_access?.access_level ?? 0,
      answer.permissions?.group_access?.access_level ?? 0,
    ),
  }))

const named = z.object({ name: z.string() }).transform(({ name }) => name)

/** https://docs.gitlab.com/api/protected_environments/ */
const protectedEnvironment: z.ZodType<ProtectedEnvironment> = z
  .object({ name: z.string(), deploy_access_levels: orNull(z.array(z.object({ access_level: orNull(z.number()) }))) })
  .transform(({ name, deploy_access_levels: levels }) => {
    const known = (levels ?? []).flatMap(({ access_level }) => access_level ?? [])
    return { name, leastLevel: known.length === 0 ? null : Math.min(...known) }
  })

type Calls = Pick<Gitlab, 'ciSettings' | 'protectedRefs' | 'protectedEnvironments'>

export const ciSettingsCalls = (
  { projects, protectedBranches, protectedTags, protectedEnvironments }: Client,
  maxPages: number,
): Calls => {
  const names = (what: string, ask: (query: object) => Promise<unknown>) =>
    readEveryPage({ what, schema: named, maxPages, key: (name) => name, ask })
  return {
    ciSettings: async (projectId) => readable(settings, await projects.show(projectId), 'a project’s settings'),
    async protectedRefs(projectId) {
      const branches = await names('protected branches', (query) => protectedBranches.all(projectId, query))
      return { branches, tags: await names('protected tags', (query) => protectedTags.all(projectId, query)) }
    },
    async protectedEnvironments(projectId) {
      try {
        return await readEveryPage({
          what: 'protected environments',
          schema: protectedEnvironment,
          maxPages,
          key: (one) => one.name,
          ask: (query) => protectedEnvironments.all(projectId, query),
        })
      } catch (error) {
        // GitLab without Premium has no such route, and answers as if the project were not there.
        if (isNotFound(error)) return null
        throw error
      }
    },
  }
}
