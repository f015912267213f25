/** GitLab's hook on a project that calls Berth, and how it has fared. */
export interface Webhook {
  projectId: number
  /** GitLab's number of it; `null` for one that a person set up by hand. */
  hookId: number | null
  installedBy: string
  installedAt: Date
  /** Those that were accepted, each counted once. */
  deliveries: number
  refusals: number
  lastDeliveryAt: Date | null
  lastRefusalAt: Date | null
  /** Why, for a person. */
  lastRefusal: string | null
  /** As GitLab said at `checkedAt`; `null` when it did not say. */
  gitlabStatus: HookStatus | null
  checkedAt: Date | null
}

/** A hook of a project, as GitLab tells of it: its token is never told again. */
export interface Hook {
  id: number
  url: string
  /** `null` where GitLab does not say. */
  status: HookStatus | null
}

/** What Berth asks GitLab to call. */
export interface NewHook {
  url: string
  token: string
}

/** GitLab stops calling a hook that fails again and again: for a while first, then for good. */
export type HookStatus = 'executable' | 'temporarily_disabled' | 'disabled'

/** `waiting` for the first delivery, `silent` when it should have come, `refusing` when the last one was not accepted. */
export type WebhookHealth = 'waiting' | 'silent' | 'working' | 'refusing' | 'disabled'

/** GitLab calls within seconds of an event; a test is an event. */
const silentMinutes = 2

export function webhookHealth(webhook: Webhook, asOf: Date): WebhookHealth {
  const { lastDeliveryAt, lastRefusalAt, installedAt, checkedAt, gitlabStatus } = webhook
  const isDisabled = gitlabStatus === 'disabled' || gitlabStatus === 'temporarily_disabled'
  if (isDisabled && !isAfter(lastDeliveryAt, checkedAt)) return 'disabled'
  if (lastRefusalAt !== null && !isAfter(lastDeliveryAt, lastRefusalAt)) return 'refusing'
  if (lastDeliveryAt !== null) return 'working'
  return asOf.getTime() - installedAt.getTime() < silentMinutes * 60_000 ? 'waiting' : 'silent'
}

const isAfter = (one: Date | null, other: Date | null): boolean => one !== null && (other === null || one > other)
