import { type Approval, standingOf } from '../domain/approval.ts'
import { BerthError } from '../domain/errors.ts'
import type { Database, Transaction } from './client.ts'
import type { Approval as Row } from './generated/client.ts'

/** One deployment that a second person agrees to. */
export interface ApprovalSubject {
  projectId: number
  environmentId: number
  sha: string
}

/** The approval that counts now, else the one that waits for its answer; `null` when there is neither. */
export async function approvalFor(
  db: Database | Transaction,
  subject: ApprovalSubject,
  asOf: Date,
): Promise<Approval | null> {
  const { projectId, environmentId, sha } = subject
  const rows = await db.approval.findMany({
    where: { projectId, environmentId: BigInt(environmentId), sha, operationId: null, expiresAt: { gt: asOf } },
    orderBy: [{ requestedAt: 'desc' }, { id: 'desc' }],
  })
  const approvals = rows.map(approvalValue)
  const standing = (wanted: 'approved' | 'waiting') =>
    approvals.find((approval) => standingOf(approval, asOf) === wanted) ?? null
  return standing('approved') ?? standing('waiting')
}

/** The last one that was asked for, however it stands. */
export async function lastApproval(db: Database, { sha, ...place }: ApprovalSubject): Promise<Approval | null> {
  const row = await db.approval.findFirst({
    where: { sha, projectId: place.projectId, environmentId: BigInt(place.environmentId) },
    orderBy: [{ requestedAt: 'desc' }, { id: 'desc' }],
  })
  return row && approvalValue(row)
}

/** What waits for an answer now, in these projects or in all; oldest first. */
export async function waitingApprovals(
  db: Database,
  projectIds: 'all' | readonly number[],
  asOf: Date,
): Promise<Approval[]> {
  const rows = await db.approval.findMany({
    where: {
      answer: null,
      operationId: null,
      expiresAt: { gt: asOf },
      ...(projectIds !== 'all' && { projectId: { in: [...projectIds] } }),
    },
    orderBy: [{ requestedAt: 'asc' }, { id: 'asc' }],
    take: 50,
  })
  return rows.map(approvalValue)
}

export async function approvalById(db: Database | Transaction, id: string): Promise<Approval | null> {
  const row = await db.approval.findUnique({ where: { id } })
  return row && approvalValue(row)
}

export type NewApproval = Omit<Approval, 'id' | 'answer' | 'answeredBy' | 'answeredAt' | 'answerWords' | 'operationId'>

export async function addApproval(
  tx: Transaction,
  { environmentId, ...approval }: NewApproval & { requestedById: string | null },
): Promise<Approval> {
  return approvalValue(await tx.approval.create({ data: { ...approval, environmentId: BigInt(environmentId) } }))
}

/** Writes the answer; false when somebody answered before, or it has expired. */
export async function writeAnswer(
  tx: Transaction,
  id: string,
  answer: {
    answer: 'approved' | 'declined'
    answeredBy: string
    answeredById: string | null
    answeredAt: Date
    answerWords: string | null
  },
): Promise<boolean> {
  const { count } = await tx.approval.updateMany({
    where: { id, answer: null, operationId: null, expiresAt: { gt: answer.answeredAt } },
    data: answer,
  })
  return count > 0
}

/** Takes the wish back, agreed to or not; false when it was declined or used before, or has expired. */
export async function withdraw(tx: Transaction, id: string, { by, at }: { by: string; at: Date }): Promise<boolean> {
  const { count } = await tx.approval.updateMany({
    where: { id, OR: [{ answer: null }, { answer: 'approved' }], operationId: null, expiresAt: { gt: at } },
    data: { answer: 'withdrawn', answeredBy: by, answeredById: null, answeredAt: at, answerWords: null },
  })
  return count > 0
}

/**
 * Notes in the transaction that records an operation that this one used the approval. Throws `refused` when another used it
 * first or it was taken back, which undoes that transaction.
 */
export async function useApproval(tx: Transaction, id: string, operationId: string): Promise<void> {
  const { count } = await tx.approval.updateMany({
    where: { id, answer: 'approved', operationId: null },
    data: { operationId },
  })
  if (count > 0) return
  throw new BerthError(
    'refused',
    'berth',
    'The approval was used by another deployment or taken back; ask for a new one.',
  )
}

const approvalValue = ({
  requestedById: _by,
  answeredById: _answer,
  environmentId,
  answer,
  ...row
}: Row): Approval => ({
  ...row,
  environmentId: Number(environmentId),
  answer: answer as Approval['answer'],
})
