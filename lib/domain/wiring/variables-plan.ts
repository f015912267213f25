import type { CiVariable } from '#lib/domain/ci-variable.ts'
import { type Decision, refuse } from '#lib/domain/decision.ts'
import { listed } from '#lib/domain/sentence.ts'
import type { NeededVariable, Purpose } from './needed-variables.ts'

/** What Berth knows to put into variables. `null` what it does not. */
export interface Places {
  reviewHost: string | null
  productionHost: string | null
  reviewDomain: string | null
}

/** What a value is made of: a new key, the hosts, or a person's head. */
const sources: Record<Purpose, keyof Places | 'key' | 'hosts' | 'person'> = {
  'deploy-key': 'key',
  'known-hosts': 'hosts',
  'ssh-config': 'hosts',
  'review-host': 'reviewHost',
  'review-domain': 'reviewDomain',
  'production-host': 'productionHost',
  'heroku-key': 'person',
  other: 'person',
}

/** Whether Berth can make a value for it at all. */
export const isCreatable = ({ purpose }: Pick<NeededVariable, 'purpose'>): boolean => sources[purpose] !== 'person'

/** A variable that will be created; its value is made only then, and kept nowhere. */
export interface PlannedVariable {
  key: string
  purpose: Purpose
  type: CiVariable['type']
}

/**
 * The needed variables that are not there and that Berth can make; refused when there are none. One that a group has counts
 * as there.
 */
export function variablesPlan(
  needed: readonly NeededVariable[],
  existing: readonly Pick<CiVariable, 'key'>[],
  places: Places,
): Decision<{ variables: PlannedVariable[]; words: string }> {
  const missing = needed.filter(({ key }) => !existing.some((variable) => variable.key === key))
  if (missing.length === 0) return refuse('Every variable that the pipeline uses is there.')
  const isKnown = ({ purpose }: NeededVariable): boolean => {
    const source = sources[purpose]
    if (source === 'person') return false
    if (source === 'key') return true
    if (source === 'hosts') return places.reviewHost !== null || places.productionHost !== null
    return places[source] !== null
  }
  const left = missing.filter((one) => !isKnown(one)).map(({ key }) => key)
  const variables = missing.filter(isKnown).map(({ key, purpose, type }) => ({
    key,
    purpose,
    // Where both will do, a file stays out of what a job prints of its environment.
    type: type === 'either' ? ('file' as const) : type,
  }))
  const leftWords = `Berth cannot know what ${listed(left)} should be: add ${left.length === 1 ? 'it' : 'them'} in GitLab.`
  if (variables.length === 0) return refuse(leftWords)
  const words = `Missing: ${listed(variables.map(({ key }) => key))}.`
  return { allowed: true, variables, words: left.length === 0 ? words : `${words} ${leftWords}` }
}
