import type { Finding } from './finding.ts'
import { findingKindWords, subjectWords } from './finding-words.ts'
import type { Notification } from './notification.ts'

/** What is told of a finding when it opens and when it ended. */
export function findingNotification(
  finding: Pick<Finding, 'kind' | 'subject' | 'severity' | 'words'>,
  event: 'finding-opened' | 'finding-ended',
  {
    projectId,
    projectPath,
    host,
    at,
  }: Pick<Notification, 'projectId' | 'projectPath' | 'at'> & { host: string | null },
): Notification {
  const { kind, subject, severity, words } = finding
  const isEnd = event === 'finding-ended'
  return {
    event,
    projectId,
    projectPath,
    environmentName: subject.kind === 'environment' ? subject.name : null,
    host,
    severity: isEnd ? 'info' : severity,
    title: `${subjectWords(subject)}: ${findingKindWords[kind]}${isEnd ? ' no more' : ''}`,
    words: isEnd ? '' : words,
    path:
      subject.kind === 'environment' && projectId !== null
        ? `/projects/${projectId}/environments/${subject.environmentId}`
        : host === null
          ? '/findings'
          : `/hosts/${host}`,
    actor: null,
    at,
  }
}
