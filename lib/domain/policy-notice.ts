import type { PolicyKind } from './policy.ts'

/** What stands on a row and a page about policies. */
export interface PolicyNotice {
  environmentId: number
  /** The first that a policy announced; `null` when none did. */
  stop: { policy: PolicyKind; actsAt: Date } | null
  /** Who keeps it, and until when; `null` when nobody does. */
  kept: { until: Date; by: string } | null
}
