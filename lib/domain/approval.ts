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
  expiresAt: Date
  answer: 'approved' | 'declined' | null
  answeredBy: string | null
  answeredAt: Date | null
  answerWords: string | null
  /** The operation that used it. */
  operationId: string | null
}
