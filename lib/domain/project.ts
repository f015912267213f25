/** A GitLab project. */
export interface Project {
  id: number
  /** `group/subgroup/name` */
  pathWithNamespace: string
  name: string
  webUrl: string
  /** `null` while the repository is empty. */
  defaultBranch: string | null
  archived: boolean
}
