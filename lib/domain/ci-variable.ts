/** A CI/CD variable as GitLab lists it. Its value is dropped where the answer is parsed and exists nowhere in Berth. */
export interface CiVariable {
  key: string
  /** A job sees a file's path, or the text itself. */
  type: 'file' | 'env_var'
  /** Only jobs on protected branches and tags see it. */
  isProtected: boolean
  /** GitLab hides its text in job logs. */
  isMasked: boolean
  /** `*`, or the environments whose jobs see it. */
  environmentScope: string
  /** `project`, or the full path of the group that it comes from. */
  owner: string
}

/** A variable to be created, with its value: on its way to GitLab, and nowhere else. */
export interface NewCiVariable extends Pick<CiVariable, 'key' | 'type' | 'isProtected' | 'isMasked'> {
  value: string
  description: string
}
