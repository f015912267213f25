import type { Tier } from './environment.ts'

/**
 * The tier that GitLab gives an environment whose job names none. The words match anywhere and the first line wins, so that
 * `preview` is development and `internal` testing. Source: GitLab, app/models/environment.rb.
 */
export function guessTier(environmentName: string): Tier {
  if (/dev|review|trunk/i.test(environmentName)) return 'development'
  if (/test|tst|int|ac(ce)?pt|qa|qc|control|quality/i.test(environmentName)) return 'testing'
  if (/sta?g|mode?l|pre|demo|non/i.test(environmentName)) return 'staging'
  if (/pro?d|live/i.test(environmentName)) return 'production'
  return 'other'
}
