/** What a project's settings in GitLab say about CI/CD. `null` where this GitLab does not say. */
export interface CiSettings {
  isCiEnabled: boolean
  isArchived: boolean
  sharedRunners: boolean
  groupRunners: boolean | null
  keepsLatestArtifacts: boolean | null
  /** An older deployment job is refused once a newer one has run. */
  forwardDeployments: boolean | null
  forwardRollbacks: boolean | null
  /** Where the pipeline file is; `.gitlab-ci.yml` unless somebody chose another place. */
  configPath: string
  /** The asking token's level in the project, 0 to 50. */
  accessLevel: number
}

/** GitLab's access levels. */
export const accessLevels = { reporter: 20, developer: 30, maintainer: 40 } as const

/** Which refs only some may push to. Names may hold `*`. */
export interface ProtectedRefs {
  branches: string[]
  tags: string[]
}

/** An environment that only some may deploy to: a feature of GitLab Premium. */
export interface ProtectedEnvironment {
  name: string
  /** The lowest level that may deploy; `null` when it is people or groups by name. */
  leastLevel: number | null
}

/** Whether a name is meant by one of these, in which `*` stands for anything. */
export const isNamedBy = (name: string, patterns: readonly string[]): boolean =>
  patterns.some((pattern) => {
    const [first = '', ...rest] = pattern.split('*')
    if (rest.length === 0) return name === pattern
    const last = rest.pop() as string
    if (!name.startsWith(first) || !name.endsWith(last) || name.length < first.length + last.length) return false
    let at = first.length
    for (const part of rest) {
      const found = name.indexOf(part, at)
      if (found < 0 || found + part.length > name.length - last.length) return false
      at = found + part.length
    }
    return true
  })
