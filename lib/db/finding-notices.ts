import type { StoredFinding } from '../domain/finding.ts'
import { findingNotification } from '../domain/finding-notification.ts'
import type { Transaction } from './client.ts'
import { enqueueAll } from './outbox.ts'

/** Tells which findings opened or ended, in the transaction that writes it; of one that is snoozed nobody wants to hear. */
export async function tellFindings(
  tx: Transaction,
  event: 'finding-opened' | 'finding-ended',
  findings: readonly StoredFinding[],
  asOf: Date,
): Promise<void> {
  const news = findings
    .filter(({ snooze }) => snooze === null || snooze.until <= asOf)
    .map((finding) => ({
      notification: findingNotification(finding, event, { ...finding, at: asOf }),
      dedupe: `${event} ${finding.id}`,
    }))
  await enqueueAll(tx, news)
}
