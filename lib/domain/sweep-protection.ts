import { type AppClaim, type Belongings, databaseDestroyability, destroyability, isSameApp } from './belonging.ts'
import type { ServiceLocation } from './finding.ts'
import type { AppLocation } from './mapping.ts'

/** Who wants to sweep: for which project, and by way of which environment. */
export interface Sweeper {
  projectId: number
  /** `null` for what no environment stands for. */
  environmentId: number | null
}

/** Why an app must not be swept: it may not be destroyed, is another project's, or another environment uses it; else `null`. */
export function appProtection(app: AppLocation, sweeper: Sweeper, belongings: Belongings): string | null {
  const decision = destroyability(app, belongings)
  if (!decision.allowed) return decision.reason
  if (decision.projectId !== sweeper.projectId) return `App ${app.app} belongs to another project.`
  return usedWords(
    `App ${app.app}`,
    belongings.claims.filter((claim) => isSameApp(claim.app, app)),
    sweeper,
  )
}

/** The same for a database with the apps that it is linked to. */
export function databaseProtection(
  database: ServiceLocation & { links: readonly string[] },
  sweeper: Sweeper,
  belongings: Belongings,
): string | null {
  const decision = databaseDestroyability(database, belongings)
  if (!decision.allowed) return decision.reason
  if (decision.projectId !== sweeper.projectId) return `Database ${database.name} belongs to another project.`
  return usedWords(
    `Database ${database.name}`,
    belongings.claims.filter(
      (claim) => claim.database?.host === database.host && claim.database.name === database.name,
    ),
    sweeper,
  )
}

function usedWords(what: string, claims: readonly AppClaim[], { environmentId }: Sweeper): string | null {
  const user = claims.find((claim) => claim.environmentId !== environmentId && claim.state !== 'stopped')
  return user ? `${what} is also that of ${user.environmentName}, which is ${user.state}.` : null
}
