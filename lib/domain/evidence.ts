import type { Judged } from './environment-findings.ts'
import type { Evidence } from './finding.ts'

// Who said what, for the findings of an environment. Words that name no other are the source's truth.

export const gitlabSays = ({ row }: Judged, words: string = row.gitlab.words): Evidence => ({
  source: `gitlab:${row.projectId}`,
  words,
})

/** What runs the app: Dokku, or Heroku. */
export const dokkuSays = ({ row }: Judged, words: string = row.dokku.words): Evidence => ({
  source: row.heroku ? 'heroku' : `dokku:${row.app?.host ?? ''}`,
  words,
})

export const urlSays = ({ row, environment }: Judged, words: string = row.url.words): Evidence => ({
  source: `url:${environment.id}`,
  words,
})

/** `2026-11-23`, in UTC: an age would change while the finding does not. */
export const dayOf = (instant: Date): string => instant.toISOString().slice(0, 10)

/** `2026-11-23 12:00 UTC`, where the day is not enough. */
export const minuteOf = (instant: Date): string => `${instant.toISOString().slice(0, 16).replace('T', ' ')} UTC`
