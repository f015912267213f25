export interface Commit {
  sha: string
  /** First line of the message. */
  title: string
  authorName: string
  /** When it was committed (not authored). */
  committedAt: Date
}

export interface Branch {
  name: string
  commit: Commit
  isDefault: boolean
  isProtected: boolean
  /** It is protected, but Developers may push to it or merge into it. */
  developersMayChange: boolean
  /** GitLab's own flag: merged into the default branch. */
  isMerged: boolean
  webUrl: string
}

/** Eight characters, as GitLab shows a commit. */
export const shortSha = (sha: string): string => sha.slice(0, 8)
