import { isInLane } from './app-name.ts'
import { type Decision, refuse } from './decision.ts'
import type { Environment } from './environment.ts'

/** Whether a review app may be stopped from here. Staging and production never may: one such click was a 35 minute outage. */
export function stoppability(environment: Pick<Environment, 'state' | 'tier' | 'name'>): Decision {
  if (isInLane(environment)) {
    return refuse(`${environment.name} is a ${environment.tier} environment; Berth stops only review apps.`)
  }
  switch (environment.state) {
    case 'available':
      return { allowed: true }
    case 'stopping':
      return refuse(`${environment.name} is stopping already.`)
    case 'stopped':
      return refuse(`${environment.name} is stopped already.`)
  }
}
