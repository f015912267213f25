import type { Operation } from './operation.ts'

const verbs: Record<Operation['kind'], Record<Operation['status'], string>> = {
  promote: { running: 'Promoting', succeeded: 'Promoted', failed: 'Did not promote', canceled: 'Canceled promoting' },
  rollback: {
    running: 'Rolling back',
    succeeded: 'Rolled back',
    failed: 'Did not roll back',
    canceled: 'Canceled rolling back',
  },
  redeploy: {
    running: 'Redeploying',
    succeeded: 'Redeployed',
    failed: 'Did not redeploy',
    canceled: 'Canceled redeploying',
  },
  stop: { running: 'Stopping', succeeded: 'Stopped', failed: 'Did not stop', canceled: 'Canceled stopping' },
  'job.retry': { running: 'Retrying', succeeded: 'Retried', failed: 'Retry failed:', canceled: 'Canceled retrying' },
  'job.cancel': {
    running: 'Canceling',
    succeeded: 'Canceled',
    failed: 'Did not cancel',
    canceled: 'Gave up canceling',
  },
  sweep: { running: 'Sweeping', succeeded: 'Swept', failed: 'Did not sweep all of', canceled: 'Ended the sweep of' },
  'app.restart': {
    running: 'Restarting',
    succeeded: 'Restarted',
    failed: 'Did not restart',
    canceled: 'Canceled restarting',
  },
  'app.rebuild': {
    running: 'Rebuilding',
    succeeded: 'Rebuilt',
    failed: 'Did not rebuild',
    canceled: 'Canceled rebuilding',
  },
  'app.scale': { running: 'Scaling', succeeded: 'Scaled', failed: 'Did not scale', canceled: 'Canceled scaling' },
  'app.unlock': {
    running: 'Unlocking',
    succeeded: 'Unlocked',
    failed: 'Did not unlock',
    canceled: 'Canceled unlocking',
  },
  'variables.create': {
    running: 'Creating variables of',
    succeeded: 'Created variables of',
    failed: 'Did not create all variables of',
    canceled: 'Canceled creating variables of',
  },
  'release.rollback': {
    running: 'Rolling back',
    succeeded: 'Rolled back',
    failed: 'Did not roll back',
    canceled: 'Canceled rolling back',
  },
  'dynos.restart': {
    running: 'Restarting the dynos of',
    succeeded: 'Restarted the dynos of',
    failed: 'Did not restart the dynos of',
    canceled: 'Canceled restarting the dynos of',
  },
  maintenance: {
    running: 'Putting',
    succeeded: 'Put',
    failed: 'Did not put',
    canceled: 'Gave up putting',
  },
}

/** What is happening or has happened, in one line: `Promoting a1b2c3d4 to production`. */
export const operationWords = ({ kind, status, title }: Pick<Operation, 'kind' | 'status' | 'title'>): string =>
  `${verbs[kind][status]} ${title}`
