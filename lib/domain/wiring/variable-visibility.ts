import { isNamedBy, type ProtectedRefs } from '#lib/domain/ci-settings.ts'
import type { CiVariable } from '#lib/domain/ci-variable.ts'
import type { PipelineJob } from './pipeline-jobs.ts'

/** On what a job runs, as far as protection goes by it; `null` where GitLab does not tell which refs are protected. */
export interface RefsOfJobs {
  defaultBranch: string | null
  protectedRefs: ProtectedRefs | null
}

/** Why a job does not see a variable, in words that go on a sentence; `null` when it does. */
export function hiddenBecause(variable: CiVariable, job: PipelineJob, refs: RefsOfJobs): string | null {
  const { isProtected, environmentScope } = variable
  if (isProtected && job.isReview) return 'it is protected, so feature branches never see it'
  const open = isProtected ? openRefOf(job, refs) : null
  if (open !== null) return `it is protected, and ${open} not`
  if (environmentScope === '*') return null
  if (job.environment === null) return `its scope is ${environmentScope}, and the job has no environment`
  const name = expanded(job.environment.name)
  return isNamedBy(name, [environmentScope])
    ? null
    : `its scope is ${environmentScope}, and the environment is ${job.environment.name}`
}

/** Names with variables in them stand for many: what they become is anything. */
const expanded = (name: string): string => name.replaceAll(/\$\{?\w+\}?/g, 'x')

/** The ref that the job runs on and that is not protected; `null` when it is, or nobody can tell. */
function openRefOf(job: PipelineJob, { defaultBranch, protectedRefs }: RefsOfJobs): string | null {
  if (protectedRefs === null || defaultBranch === null) return null
  if (job.isForTags) return protectedRefs.tags.length > 0 ? null : 'tags are'
  return isNamedBy(defaultBranch, protectedRefs.branches) ? null : `${defaultBranch} is`
}

/** The variable of this name that a job sees; GitLab prefers the project's own to a group's. */
export function seenBy(job: PipelineJob, named: readonly CiVariable[], refs: RefsOfJobs): CiVariable | null {
  return named.find((variable) => hiddenBecause(variable, job, refs) === null) ?? null
}
