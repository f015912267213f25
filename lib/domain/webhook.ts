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
  /** As GitLab said at `checkedAt`, `gone` when it had no such hook; `null` when it did not say. */
  gitlabStatus: HookStatus | 'gone' | null
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
export type WebhookHealth = 'waiting' | 'silent' | 'working' | 'refusing' | 'disabled' | 'gone'

/** GitLab calls within seconds of an event; a test is an event. */
const silentMinutes = 2

export function webhookHealth(webhook: Webhook, asOf: Date): WebhookHealth {
  const { lastDeliveryAt, lastRefusalAt, installedAt, checkedAt, gitlabStatus } = webhook
  if (gitlabStatus === 'gone') return 'gone'
  const isDisabled = gitlabStatus === 'disabled' || gitlabStatus === 'temporarily_disabled'
  if (isDisabled && !isAfter(lastDeliveryAt, checkedAt)) return 'disabled'
  if (lastRefusalAt !== null && !isAfter(lastDeliveryAt, lastRefusalAt)) return 'refusing'
  if (lastDeliveryAt !== null) return 'working'
  return asOf.getTime() - installedAt.getTime() < silentMinutes * 60_000 ? 'waiting' : 'silent'
}

/** The door of this Berth that GitLab calls for a project. */
export const webhookUrl = (berthUrl: string, projectId: number): string =>
  new URL(`/api/webhooks/gitlab/${projectId}`, berthUrl).href

/** Why GitLab may not reach this Berth at its address; `null` where nothing speaks against it. */
export function addressDoubt(berthUrl: string): string | null {
  const { hostname, host } = new URL(berthUrl)
  if (/^(localhost|127(\.\d+){3}|\[::1\])$|\.localhost$/.test(hostname)) {
    return `BERTH_URL leads to ${host}: only a GitLab on this very machine reaches it, and only where its administrator allows requests to the local network.`
  }
  const isPrivate = /^(10(\.\d+){3}|192\.168(\.\d+){2}|172\.(1[6-9]|2\d|3[01])(\.\d+){2}|\[f[cd].*\])$/.test(hostname)
  return isPrivate || !/[.:]/.test(hostname)
    ? `BERTH_URL leads to ${host}, in a private network: GitLab has to be in it too, and its administrator has to allow requests to the local network.`
    : null
}

const isAfter = (one: Date | null, other: Date | null): boolean => one !== null && (other === null || one > other)
