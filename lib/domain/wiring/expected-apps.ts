import type { Mapping } from '#lib/domain/mapping.ts'
import { refSlug } from '#lib/domain/slug.ts'
import type { ExpectedApp } from './facts.ts'
import type { PipelineJob } from './pipeline-jobs.ts'

/** The talk's, where the pipeline file does not say. */
const usualName = 'review/$CI_COMMIT_REF_NAME'

/** The app that each branch has or would have, by the review job's environment and the mapping. `slugOf` is GitLab's for an environment's name. */
export function expectedApps(
  branches: readonly string[],
  rule: {
    jobs: readonly PipelineJob[]
    mapping: Mapping
    projectName: string
    slugOf(environmentName: string): string
  },
): ExpectedApp[] {
  const review = rule.jobs.find(({ isReview, environment }) => isReview && environment?.action === 'start')
  const template = review?.environment?.name ?? usualName
  return branches.map((branch) => {
    const environmentName = template
      .replaceAll(/\$\{?CI_COMMIT_REF_SLUG\}?/g, refSlug(branch))
      .replaceAll(/\$\{?(?:CI_COMMIT_REF_NAME|CI_COMMIT_BRANCH)\}?/g, branch)
    const app = rule.mapping.reviewApp
      .replaceAll('$CI_ENVIRONMENT_SLUG', rule.slugOf(environmentName))
      .replaceAll('$CI_PROJECT_NAME', rule.projectName)
    return { branch, environmentName, app }
  })
}
