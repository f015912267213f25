import type { Operation } from '#lib/domain/operation.ts'

const verbs: Record<Operation['kind'], Record<Operation['status'], string>> = {
  promote: { running: 'Promoting', succeeded: 'Promoted', failed: 'Did not promote', canceled: 'Canceled promoting' },
  stop: { running: 'Stopping', succeeded: 'Stopped', failed: 'Did not stop', canceled: 'Canceled stopping' },
  'job.retry': { running: 'Retrying', succeeded: 'Retried', failed: 'Retry failed:', canceled: 'Canceled retrying' },
  'job.cancel': {
    running: 'Canceling',
    succeeded: 'Canceled',
    failed: 'Did not cancel',
    canceled: 'Gave up canceling',
  },
}

/** What is happening or has happened, in one line: `Promoting a1b2c3d4 to production`. */
export const operationWords = ({ kind, status, title }: Operation): string => `${verbs[kind][status]} ${title}`
