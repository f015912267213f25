import type { Via } from '#lib/domain/access.ts'

const actionWords: Record<string, string> = {
  promote: 'Promote',
  rollback: 'Roll back',
  redeploy: 'Redeploy',
  stop: 'Stop',
  'job.retry': 'Retry job',
  'job.cancel': 'Cancel job',
  sweep: 'Sweep',
  'sweep.cancel': 'End sweep',
  'sweep.destroy-app': 'Destroy app',
  'sweep.destroy-database': 'Destroy database',
  'app.restart': 'Restart app',
  'app.rebuild': 'Rebuild app',
  'app.scale': 'Scale app',
  'app.unlock': 'Unlock app',
  'variables.create': 'Create CI/CD variables',
  'release.rollback': 'Roll back release',
  'dynos.restart': 'Restart dynos',
  maintenance: 'Maintenance mode',
  'finding.snooze': 'Snooze finding',
  'finding.end-snooze': 'End snooze',
  'channel.create': 'Add channel',
  'channel.change': 'Change channel',
  'channel.remove': 'Remove channel',
  'channel.test': 'Test channel',
  'channel.resend': 'Send again',
  'channel.drop': 'Drop messages',
  'webhook.install': 'Set up webhook',
  'webhook.remove': 'Remove webhook',
  'webhook.test': 'Test webhook',
  'webhook.sign': 'Change signing',
  'policy.warn': 'Announce stop',
  'policy.keep': 'Keep alive',
  'policy.run': 'Run policies',
  'pipeline.propose': 'Propose pipeline',
  'names.claim': 'Claim names',
  'names.withdraw': 'Withdraw claim',
  'sign-in': 'Sign in',
  'password.choose': 'Choose password',
}

/** What was tried, for a person; an action without words of its own reads as its name: `token.make` → `Token make`. */
export function wordsOfAction(action: string): string {
  const plain = action.replaceAll(/[.-]/g, ' ')
  return actionWords[action] ?? plain.charAt(0).toUpperCase() + plain.slice(1)
}

export const viaWords: Record<Via, string> = {
  page: 'on a page',
  api: 'by the API',
  policy: 'by a policy',
  webhook: 'by a webhook',
  system: 'carried on by Berth',
}
