import type { Notification, NotificationEvent } from './notification.ts'

/** So many of one event in a minute are told one by one; more are told as one message. */
export const mostAlone = 5
export const bundleSeconds = 60

/** Somebody waits for an answer to it, so it is never one of many. */
export const isAlwaysAlone = (event: NotificationEvent): boolean => event === 'approval-wanted'

const plural: Record<NotificationEvent, string> = {
  'operation-started': 'operations started',
  'operation-succeeded': 'operations succeeded',
  'operation-failed': 'operations failed',
  'finding-opened': 'findings',
  'finding-ended': 'findings ended',
  'approval-wanted': 'approvals wanted',
  'policy-warning': 'review apps will be stopped',
}

const weights: Record<Notification['severity'], number> = { info: 0, attention: 1, critical: 2 }

const mostListed = 10

/** Many of one event as one: `12 findings on review`. At least one must be given; the newest tells when. */
export function bundled(notifications: readonly [Notification, ...Notification[]]): Notification {
  const [first] = notifications
  if (notifications.length === 1) return first
  const shared = <Key extends keyof Notification>(key: Key) =>
    notifications.every((one) => one[key] === first[key]) ? first[key] : null
  const [projectId, projectPath, host, path] = [
    shared('projectId'),
    shared('projectPath'),
    shared('host'),
    shared('path'),
  ]
  const where = projectPath ? ` in ${projectPath}` : host ? ` on ${host}` : ''
  const heaviest = notifications.reduce((one, other) => (weights[other.severity] > weights[one.severity] ? other : one))
  const newest = notifications.reduce((one, other) => (other.at > one.at ? other : one))
  const left = notifications.length - mostListed
  return {
    event: first.event,
    projectId,
    projectPath,
    environmentName: shared('environmentName'),
    host: host ?? null,
    severity: heaviest.severity,
    title: `${notifications.length} ${plural[first.event]}${where}`,
    words: [
      ...notifications.slice(0, mostListed).map(({ title }) => `${title}.`),
      ...(left > 0 ? [`And ${left} more.`] : []),
    ].join(' '),
    path: path ?? placeOf(first.event, { projectId, host: host ?? null }),
    actor: shared('actor'),
    at: newest.at,
  }
}

/** The page that shows them all. */
function placeOf(event: NotificationEvent, { projectId, host }: { projectId: number | null; host: string | null }) {
  if (projectId !== null) return `/projects/${projectId}`
  if (host !== null) return `/hosts/${host}`
  return event.startsWith('finding-') ? '/findings' : '/activity'
}
