import { BerthError } from './errors.ts'

/** The answer of a rule: allowed with what follows from it, or refused with the reason a person reads on the button. */
export type Decision<Plan = Record<never, never>> = ({ allowed: true } & Plan) | { allowed: false; reason: string }

export const refuse = (reason: string): { allowed: false; reason: string } => ({ allowed: false, reason })

/** Turns a refusal into a thrown `refused` error; returns the plan of an allowed decision. */
export function refuseUnless<Plan>(decision: Decision<Plan>): { allowed: true } & Plan {
  if (decision.allowed) return decision
  throw new BerthError('refused', 'berth', decision.reason)
}
