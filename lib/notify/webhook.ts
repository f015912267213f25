import type { Message, Told } from './message.ts'

/** The body of a signed webhook, as docs/notifications.md describes it. */
export function webhookBody({ notification }: Message, { url }: Told): object {
  const { event, at, projectId, projectPath, environmentName, host, severity, title, words, actor } = notification
  return {
    type: event,
    timestamp: at.toISOString(),
    data: {
      title,
      words,
      severity,
      project: projectId === null ? null : { id: projectId, path: projectPath },
      environment: environmentName,
      host: host ?? null,
      actor,
      url,
    },
  }
}
