import { matches } from './belonging.ts'
import type { Notification, NotificationEvent } from './notification.ts'

export const channelKinds = ['slack', 'mattermost', 'webhook', 'email'] as const
export type ChannelKind = (typeof channelKinds)[number]

/** What is told: these events, of these environments. A channel without a rule is told nothing. */
export interface ChannelRule {
  events: NotificationEvent[]
  /** Patterns of names, in which `*` stands for anything; `*` alone also means what concerns no environment. */
  environments: string[]
}

/** Where messages go, as far as it may be shown. */
export interface Channel {
  id: string
  /** `null`: for every project. */
  projectId: number | null
  kind: ChannelKind
  name: string
  config: ChannelConfig
  rules: ChannelRule[]
  enabled: boolean
  createdBy: string
  createdAt: Date
}

/** The host of the address, which itself is a secret; of e-mail the recipients. */
export interface ChannelConfig {
  host: string | null
  recipients: string[]
}

/** Whether one of the rules asks for it. */
export const wants = (
  rules: readonly ChannelRule[],
  { event, environmentName }: Pick<Notification, 'event' | 'environmentName'>,
): boolean =>
  rules.some(
    ({ events, environments }) =>
      events.includes(event) &&
      environments.some(
        (pattern) => pattern === '*' || (environmentName !== null && matches(pattern, environmentName)),
      ),
  )
