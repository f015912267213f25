/** Berth's own lock: a person closed production, with a reason, until then or until somebody opens it. */
export interface DeployLock {
  id: string
  projectId: number
  /** `null` closes every production environment of the project. */
  environmentId: number | null
  reason: string
  author: string
  createdAt: Date
  /** From then on it holds no longer. */
  endsAt: Date | null
}

/** The lock that keeps this environment closed; of several the one that holds out longest, then the earliest made. */
export function lockHolding(locks: readonly DeployLock[], environmentId: number, asOf: Date): DeployLock | null {
  const end = ({ endsAt }: DeployLock) => endsAt?.getTime() ?? Number.POSITIVE_INFINITY
  const holding = locks
    .filter((lock) => lock.environmentId === null || lock.environmentId === environmentId)
    .filter((lock) => end(lock) > asOf.getTime())
    .toSorted((one, other) => {
      const later = end(other) === end(one) ? 0 : end(other) > end(one) ? 1 : -1
      return later || one.createdAt.getTime() - other.createdAt.getTime()
    })
  return holding[0] ?? null
}
