/** What GitLab's CI Lint says of a `.gitlab-ci.yml`, in its own words. */
export interface CiLint {
  valid: boolean
  errors: string[]
  warnings: string[]
  /** The file with its includes and `extends` written out; `null` when GitLab could not read so far. */
  mergedYaml: string | null
}
