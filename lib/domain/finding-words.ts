import type { FindingKind, FindingSubject } from './finding.ts'

/** What a kind of finding is called in a filter, a chip or a heading. */
export const findingKindWords: Record<FindingKind, string> = {
  'app-down': 'app down',
  'app-missing': 'app missing',
  'url-failing': 'URL fails',
  'deployment-failed': 'deploy failed',
  'commit-drift': 'other commit',
  'release-failed': 'release failed',
  'certificate-expiring': 'certificate ends',
  'stop-failed': 'stop failed',
  'stopped-but-up': 'stopped, still up',
  'merged-but-up': 'merged, still up',
  'branch-gone': 'branch gone',
  stale: 'stale',
  'host-unreachable': 'host unreachable',
  'host-key-changed': 'host key changed',
  'plugin-missing': 'plugin missing',
  'disk-low': 'disk nearly full',
  'app-limit': 'nearly full',
  'name-collision': 'two on one app',
  'app-without-environment': 'app without environment',
  'database-left': 'database left over',
  'database-unlinked': 'database not linked',
  'heroku-unreachable': 'Heroku unreachable',
  'heroku-key-refused': 'Heroku key refused',
}

/** What a finding is about, by the name that its own system gives it. */
export function subjectWords(subject: FindingSubject): string {
  switch (subject.kind) {
    case 'environment':
      return subject.name
    case 'app':
      return subject.app
    case 'database':
      return subject.name
    case 'host':
      return subject.host
    case 'heroku':
      return 'Heroku'
  }
}
