/** A GitLab Runner that a project could use, as far as GitLab tells. */
export interface Runner {
  id: number
  /** What its owner called it; `''` when nobody did. */
  description: string
  reach: 'instance' | 'group' | 'project'
  isPaused: boolean
  status: 'online' | 'offline' | 'stale' | 'never_contacted'
  /** `null` where GitLab does not tell this person what jobs it takes. */
  takes: RunnerRules | null
}

/** Which jobs a runner takes. */
export interface RunnerRules {
  tags: string[]
  /** Jobs without tags too. */
  untagged: boolean
  /** Only jobs of protected branches and tags. */
  protectedOnly: boolean
}

/** A job that no runner has taken yet. */
export interface PendingJob {
  id: number
  name: string
  ref: string
  isTag: boolean
  tags: string[]
  webUrl: string
  createdAt: Date
}
