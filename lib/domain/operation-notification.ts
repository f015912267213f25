import type { Notification } from './notification.ts'
import type { Operation, OperationStatus } from './operation.ts'
import { operationWords } from './operation-words.ts'

const kinds: Record<OperationStatus, Pick<Notification, 'event' | 'severity'>> = {
  running: { event: 'operation-started', severity: 'info' },
  succeeded: { event: 'operation-succeeded', severity: 'info' },
  failed: { event: 'operation-failed', severity: 'critical' },
  // Not what was asked for either, but somebody meant it.
  canceled: { event: 'operation-failed', severity: 'attention' },
}

/** What is told of an operation when it begins and when it ends; `words` say what was decided, or what came out. */
export function operationNotification(
  operation: Pick<Operation, 'kind' | 'status' | 'title' | 'projectId' | 'environmentId' | 'requestedBy'>,
  { projectPath, environmentName }: Pick<Notification, 'projectPath' | 'environmentName'>,
  { words, at }: Pick<Notification, 'words' | 'at'>,
): Notification {
  const { projectId, environmentId, status, requestedBy } = operation
  const page = `/projects/${projectId}`
  return {
    ...kinds[status],
    projectId,
    projectPath,
    environmentName,
    title: operationWords(operation),
    words,
    path: environmentId === null ? page : `${page}/environments/${environmentId}`,
    actor: requestedBy,
    at,
  }
}
