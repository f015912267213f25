/** Berth's own lock: a person closed production, with a reason, until then or until somebody opens it. */
export interface DeployLock {
  id: string
  projectId: number
  /** `null` closes every production environment of the project. */
  environmentId: number | null
  reason: string
  author: string
  createdAt: Date
  endsAt: Date | null
}
