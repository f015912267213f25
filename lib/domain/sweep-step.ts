import { isSameApp } from './belonging.ts'
import type { ServiceLocation } from './finding.ts'
import type { SweepCandidate, SweepStep, Victim } from './sweep.ts'
import { isGone, sweepability } from './sweepability.ts'

/** What comes next for a victim, from what is true just before. `end`: nothing of what was planned is left. */
export type NextStep = { step: SweepStep } | { step: 'end' } | { step: 'spare'; reason: string }

/**
 * The same rule again, held to the plan: only what a person saw in it goes, and what became needed since is spared with
 * the reason. The plan knew GitLab as of `observedAt`.
 */
export function nextStep(
  planned: Victim,
  now: SweepCandidate,
  { observedAt, asOf }: { observedAt: Date; asOf: Date },
): NextStep {
  const left = {
    ...now,
    app: planned.app && now.app && isSameApp(planned.app, now.app) ? now.app : null,
    database: planned.database && now.database && isSameService(planned.database, now.database) ? now.database : null,
  }
  const needed = neededAgain(planned, now, observedAt)
  if (needed !== null) return { step: 'spare', reason: needed }
  if (isGone(left)) return { step: 'end' }
  const decision = sweepability(left, asOf)
  if (!decision.allowed) return { step: 'spare', reason: decision.reason }
  const [step] = decision.victim.steps
  return step === undefined || !planned.steps.includes(step)
    ? { step: 'spare', reason: 'It is not any more as the plan had it.' }
    : { step }
}

/** Why what was planned is needed after all; `null` when it is not. */
function neededAgain(planned: Victim, now: SweepCandidate, observedAt: Date): string | null {
  const { mergeRequest } = now
  const wasOpen = planned.mergeRequest?.state === 'opened' && planned.mergeRequest.iid === mergeRequest?.iid
  if (mergeRequest?.state === 'opened' && !wasOpen) return `Merge request !${mergeRequest.iid} is open again.`
  // A plan made in the moment when only the environment had been read knew of none of its deployments, however old.
  if (now.lastDeployedAt && now.lastDeployedAt > (planned.lastDeployedAt ?? observedAt)) {
    return 'It was deployed since the plan was made.'
  }
  if (planned.hasBranch === false && now.hasBranch) return 'Its branch is back.'
  if (planned.environment?.state !== 'available' && now.environment?.state === 'available') {
    return `${now.environment.name} is up again.`
  }
  return null
}

const isSameService = (one: ServiceLocation, other: ServiceLocation): boolean =>
  one.host === other.host && one.plugin === other.plugin && one.name === other.name
