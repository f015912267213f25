import { type AppDecision, type AppFacts, allowed, runnable } from './app-control.ts'
import { isInLane } from './app-name.ts'
import { refuse } from './decision.ts'

/** Containers by process type. */
export type Counts = Record<string, number>

export const mostContainers = 100

/**
 * Whether an app may be scaled to these counts, which leave other process types as they are. Dokku itself accepts `-1`
 * and removes every container. What is in the lane keeps a process: without any it would be stopped, which Berth never does.
 */
export function scalability(facts: AppFacts, wished: Counts, present: Counts): AppDecision {
  const { app, environment } = facts
  const refused = runnable(facts)
  if (refused) return refused
  const complaint = countsComplaint(wished)
  if (complaint) return refuse(complaint)
  const unknown = Object.keys(wished).find((type) => !Object.hasOwn(present, type))
  if (unknown !== undefined) {
    return refuse(`App ${app.app} has no process type ${unknown}; it has ${Object.keys(present).join(', ') || 'none'}.`)
  }
  const after = { ...present, ...wished }
  if (isInLane(environment) && stopsServing(present, after)) {
    return refuse(`${environment.name} is a ${environment.tier} environment: without a process it would be stopped.`)
  }
  if (Object.entries(wished).every(([type, count]) => present[type] === count)) {
    return refuse(`App ${app.app} is scaled to ${countsWords(wished)} already.`)
  }
  return allowed(facts)
}

/** What is wrong with counts whatever the app; `null` when nothing is. */
export function countsComplaint(wished: Counts): string | null {
  if (Object.keys(wished).length === 0) return 'Say how many containers of which process type.'
  for (const [type, count] of Object.entries(wished)) {
    if (!/^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/.test(type)) return `${JSON.stringify(type)} is not a process type.`
    if (!Number.isInteger(count) || count < 0 || count > mostContainers) {
      return `The count of ${type} has to be a whole number from 0 to ${mostContainers}, not ${count}.`
    }
  }
  return null
}

/** `web 2, worker 1` */
export const countsWords = (counts: Counts): string =>
  Object.entries(counts)
    .map(([type, count]) => `${type} ${count}`)
    .join(', ')

const stopsServing = (before: Counts, after: Counts): boolean =>
  Object.values(after).every((count) => count === 0) || ((before.web ?? 0) > 0 && after.web === 0)
