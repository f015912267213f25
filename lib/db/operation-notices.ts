import type { Operation } from '../domain/operation.ts'
import { operationNotification } from '../domain/operation-notification.ts'
import type { Transaction } from './client.ts'
import { enqueue } from './outbox.ts'

/** Tells that an operation began or ended, in the transaction that writes it. */
export async function tellOperation(tx: Transaction, operation: Operation, words: string, at: Date): Promise<void> {
  const { projectId, environmentId } = operation
  const [project, environment] = await Promise.all([
    tx.project.findUnique({ where: { id: projectId }, select: { pathWithNamespace: true } }),
    environmentId === null
      ? null
      : tx.environment.findUnique({ where: { id: BigInt(environmentId) }, select: { name: true } }),
  ])
  const place = { projectPath: project?.pathWithNamespace ?? null, environmentName: environment?.name ?? null }
  const notification = operationNotification(operation, place, { words, at })
  await enqueue(tx, notification, `operation ${operation.id} ${operation.status}`)
}
