/** A wish that a second person agrees to one deployment of one commit; used once. */
export interface Approval {
  id: string
  projectId: number
  environmentId: number
  sha: string
  /** For a person: `a1b2c3d4 to production`. */
  title: string
  reason: string
  requestedBy: string
  requestedAt: Date
  /** From then on it counts no longer, answered or not. */
  expiresAt: Date
  /** `withdrawn` by who asked, before or after somebody agreed. */
  answer: 'approved' | 'declined' | 'withdrawn' | null
  answeredBy: string | null
  answeredAt: Date | null
  answerWords: string | null
  /** The operation that used it. */
  operationId: string | null
}

/** How it stands: only an `approved` one lets somebody deploy, and only a `waiting` one can be answered. */
export type ApprovalStanding = 'waiting' | 'approved' | 'declined' | 'withdrawn' | 'expired' | 'used'

export function standingOf(
  { answer, expiresAt, operationId }: Pick<Approval, 'answer' | 'expiresAt' | 'operationId'>,
  asOf: Date,
): ApprovalStanding {
  if (operationId !== null) return 'used'
  if (answer === 'declined' || answer === 'withdrawn') return answer
  if (expiresAt <= asOf) return 'expired'
  return answer ?? 'waiting'
}
