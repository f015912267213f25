import { isInLane } from './app-name.ts'
import { matches } from './belonging.ts'
import type { Environment } from './environment.ts'
import type { AppLocation, Mapping } from './mapping.ts'

export type StalePolicy = Pick<Mapping, 'staleDays' | 'keep'>

export interface ReviewApp {
  environment: Pick<Environment, 'state' | 'tier' | 'createdAt'>
  app: AppLocation
  /** `null` when it never was. */
  lastDeployedAt: Date | null
}

const dayMs = 86_400_000

/**
 * When the review app turns stale: its last deployment, or its creation if it never was deployed, plus the policy's days.
 * `null` when it never will: not `available`, staging or production, kept by name, or no policy.
 */
export function staleAt(
  { environment, app, lastDeployedAt }: ReviewApp,
  { staleDays, keep }: StalePolicy,
): Date | null {
  if (staleDays === null || environment.state !== 'available' || isInLane(environment)) return null
  if (keep.some((pattern) => matches(pattern, app.app))) return null
  return new Date((lastDeployedAt ?? environment.createdAt).getTime() + staleDays * dayMs)
}
