/** What people set for a project in Berth. */
export interface ProjectSettings {
  promotion: {
    /** `job` plays the production job of staging's pipeline; `tag` creates the next tag at staging's commit. */
    way: 'job' | 'tag'
    /** Name of a new tag; `$VERSION` stands for `1.2.3`. */
    tagTemplate: string
  }
  approval: {
    /** A second person has to agree to every deployment to production. */
    needed: boolean
    validHours: number
  }
  policies: PolicySettings
}

/** Who stops review apps by themselves, and which; all off by default. */
export interface PolicySettings {
  /** So many days after the last deployment; the warning comes `warnDays` before. `null` never. */
  idle: { days: number; warnDays: number } | null
  /** When its merge request was merged or closed and GitLab did not stop it. */
  stopEnded: boolean
  /** Of an author's review apps the most recently deployed stay. `null` any number. */
  keepPerAuthor: number | null
  /** A merge request with one of these labels is left alone. */
  skipLabels: string[]
}

export const defaultSettings: ProjectSettings = {
  promotion: { way: 'job', tagTemplate: 'v$VERSION' },
  approval: { needed: false, validHours: 8 },
  policies: { idle: null, stopEnded: false, keepPerAuthor: null, skipLabels: [] },
}
