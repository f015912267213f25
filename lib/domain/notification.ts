/** What a channel can ask to be told of. */
export const notificationEvents = [
  'operation-started',
  'operation-succeeded',
  'operation-failed',
  'finding-opened',
  'finding-ended',
  'approval-wanted',
  'policy-warning',
] as const
export type NotificationEvent = (typeof notificationEvents)[number]

/** One thing to tell people, the same in every channel. Holds no secret. */
export interface Notification {
  event: NotificationEvent
  /** `null` when it concerns a host. */
  projectId: number | null
  projectPath: string | null
  environmentName: string | null
  /** The Dokku host that it happened on, where that is known. */
  host?: string | null
  severity: 'info' | 'attention' | 'critical'
  /** `Promotion of a1b2c3d4 to production failed`, without a full stop. */
  title: string
  /** The detail, as sentences; may be empty. */
  words: string
  /** Where to look: a path of Berth, beginning with `/`. */
  path: string
  /** Who caused it; `null` when nobody did. */
  actor: string | null
  at: Date
}
