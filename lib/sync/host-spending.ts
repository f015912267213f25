import { type Credit, credit } from './host-credit.ts'
import type { Look } from './look.ts'

/** Runs a command of the host. */
export type Ask = <Answer>(command: () => Promise<Answer>) => Promise<Answer>

/** What one look at a host may still take of it, and the one way to ask it something. */
export interface HostSpending {
  credit: Credit
  /** Runs the command and takes from the credit the time that it took. */
  ask: Ask
}

/** Goes on with the credit that the look before left. */
export function hostSpending(world: { now(): Date }, look: Look, sharePercent: number): HostSpending {
  const { credit: before = null } = look.cursor as { credit?: Credit }
  const spending: HostSpending = {
    credit: credit(before, { sharePercent, asOf: look.asOf }),
    async ask(command) {
      const startedAt = world.now()
      try {
        return await look.ask(command)
      } finally {
        spending.credit.seconds -= Math.max(0, world.now().getTime() - startedAt.getTime()) / 1000
      }
    },
  }
  return spending
}
