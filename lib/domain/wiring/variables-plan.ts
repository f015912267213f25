import type { CiVariable } from '#lib/domain/ci-variable.ts'
import { type Decision, refuse } from '#lib/domain/decision.ts'
import { listed } from '#lib/domain/sentence.ts'
import type { NeededVariable, Purpose } from './needed-variables.ts'

/** What Berth can make a value of: from a new key, or from what it knows of the hosts. */
const creatable: ReadonlySet<Purpose> = new Set([
  'deploy-key',
  'known-hosts',
  'ssh-config',
  'review-host',
  'review-domain',
  'production-host',
])

export const isCreatable = ({ purpose }: Pick<NeededVariable, 'purpose'>): boolean => creatable.has(purpose)

/** A variable that will be created; what its value is comes only when it is. */
export interface PlannedVariable {
  key: string
  purpose: Purpose
  type: CiVariable['type']
}

/**
 * The needed variables that are not there and that Berth can make; refused when there are none. A variable that a group has
 * counts as there.
 */
export function variablesPlan(
  needed: readonly NeededVariable[],
  existing: readonly Pick<CiVariable, 'key'>[],
): Decision<{ variables: PlannedVariable[]; words: string }> {
  const missing = needed.filter(({ key }) => !existing.some((variable) => variable.key === key))
  const variables = missing.filter(isCreatable).map(({ key, purpose, type }) => ({
    key,
    purpose,
    type: type === 'either' ? ('file' as const) : type,
  }))
  if (variables.length > 0)
    return { allowed: true, variables, words: `Missing: ${listed(variables.map(({ key }) => key))}.` }
  if (missing.length === 0) return refuse('Every variable that the pipeline uses is there.')
  return refuse(`Berth cannot know what ${listed(missing.map(({ key }) => key))} should be; add it in GitLab.`)
}
