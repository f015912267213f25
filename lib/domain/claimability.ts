import { isInLane } from './app-name.ts'
import { type Belongings, claimsOfName, isPattern, matches } from './belonging.ts'
import { type Decision, refuse } from './decision.ts'

/** Whether a naming rule may be claimed for a project: its pattern, and what it would take in of what is somebody else's. */
export function claimability(
  { projectId, host, pattern }: { projectId: number; host: string; pattern: string },
  /** Of the apps on the host. */
  apps: readonly string[],
  belongings: Belongings,
): Decision<{ words: string }> {
  if (!isPattern(pattern)) {
    return refuse('A pattern has lower case letters, digits, dots, hyphens and *, and at least 3 of them besides *.')
  }
  for (const claim of belongings.claims) {
    if (claim.app.host !== host || !matches(pattern, claim.app.app)) continue
    if (isInLane(claim)) {
      return refuse(`${pattern} matches ${claim.app.app}, the app of ${claim.environmentName} (${claim.tier}).`)
    }
    if (claim.projectId !== projectId) {
      return refuse(`${pattern} matches ${claim.app.app}, the app of ${claim.environmentName} of another project.`)
    }
  }
  const kept = keptName(pattern, apps, belongings)
  if (kept !== null) return refuse(`${pattern} matches ${kept}, which is on a keep list.`)
  const taken = apps.find((name) => {
    if (!matches(pattern, name)) return false
    return claimsOfName({ host, name }, belongings.naming).some((claim) => claim.projectId !== projectId)
  })
  if (taken !== undefined) return refuse(`${pattern} matches ${taken}, whose name another project has claimed.`)
  const count = apps.filter((name) => matches(pattern, name)).length
  return { allowed: true, words: `${pattern} on ${host} matches ${count} of its ${apps.length} apps.` }
}

/** A kept app that is there, or a name on the list that the pattern takes in as it stands. */
function keptName(pattern: string, apps: readonly string[], { keep }: Belongings): string | null {
  const onHost = apps.find((name) => matches(pattern, name) && keep.some((kept) => matches(kept, name)))
  return onHost ?? keep.find((kept) => !kept.includes('*') && matches(pattern, kept)) ?? null
}
