import type { Database } from './client.ts'

/** Whether something that somebody asked for is still under way. */
export const isOperationRunning = async (db: Database): Promise<boolean> =>
  (await db.operation.count({ where: { activeSubject: { not: null } } })) > 0

/**
 * Forgets everything that goes by the numbers of one GitLab: another one gives the same numbers to other projects and other
 * people, who would find here what is not theirs. Operations and the audit stay, as history.
 */
export async function forgetGitlab(db: Database): Promise<void> {
  const everything = [
    db.person.deleteMany(),
    db.signInState.deleteMany(),
    db.project.deleteMany(),
    db.boardRow.deleteMany(),
    db.boardSummary.deleteMany(),
    db.comparison.deleteMany(),
    db.jobLog.deleteMany(),
    db.finding.deleteMany(),
    db.namingClaim.deleteMany(),
    db.projectSettings.deleteMany(),
    db.freezePeriod.deleteMany(),
    db.deployLock.deleteMany(),
    db.approval.deleteMany(),
    db.policyWarning.deleteMany(),
    db.keepAlive.deleteMany(),
    db.webhook.deleteMany(),
    db.webhookDelivery.deleteMany(),
    db.outboxMessage.deleteMany({
      where: {
        channelId: {
          in: (await db.channel.findMany({ where: { projectId: { not: null } }, select: { id: true } })).map(
            ({ id }) => id,
          ),
        },
      },
    }),
    db.channel.deleteMany({ where: { projectId: { not: null } } }),
    db.source.deleteMany({ where: { OR: [{ id: 'gitlab' }, { id: { startsWith: 'gitlab:' } }] } }),
  ]
  await db.$transaction(everything)
}
