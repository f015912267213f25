export type MergeRequestState = 'opened' | 'closed' | 'merged' | 'locked'

export interface MergeRequest {
  iid: number
  title: string
  state: MergeRequestState
  draft: boolean
  sourceBranch: string
  targetBranch: string
  /** `null` when the fork it came from is gone. */
  sourceProjectId: number | null
  authorName: string
  authorUsername: string
  labels: string[]
  /** Head commit of the source branch; `null` when GitLab no longer knows it. */
  sha: string | null
  mergeCommitSha: string | null
  squashCommitSha: string | null
  webUrl: string
  createdAt: Date
  updatedAt: Date
  mergedAt: Date | null
  closedAt: Date | null
}
