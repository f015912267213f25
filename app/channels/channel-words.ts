import type { ChannelKind, ChannelRule } from '#lib/domain/channel.ts'
import type { NotificationEvent } from '#lib/domain/notification.ts'

export const kindWords: Record<ChannelKind, string> = {
  slack: 'Slack',
  mattermost: 'Mattermost',
  webhook: 'Webhook',
  email: 'E-mail',
}

/** What can be told, in the order in which it is asked for, with what it means. */
export const eventWords: Record<NotificationEvent, { words: string; about: string }> = {
  'operation-started': { words: 'Started', about: 'a promotion, a stop, a sweep' },
  'operation-succeeded': { words: 'Finished', about: 'and it came out as asked' },
  'operation-failed': { words: 'Failed', about: 'or canceled' },
  'finding-opened': { words: 'Finding', about: 'GitLab, Dokku and the URL disagree' },
  'finding-ended': { words: 'Finding ended', about: 'they agree again' },
  'approval-wanted': { words: 'Approval wanted', about: 'a second person is asked' },
  'policy-warning': { words: 'Policy warning', about: 'a review app will be stopped' },
}

/** `Failed, approval wanted of production, review/*` */
export function ruleWords({ events, environments }: ChannelRule): string {
  const told = events.map((event) => eventWords[event].words).join(', ')
  const where = environments.includes('*') ? 'everything' : environments.join(', ')
  return `${told.charAt(0)}${told.slice(1).toLowerCase()} of ${where}`
}
