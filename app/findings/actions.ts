'use server'

import { z } from 'zod'
import { pageContext } from '#lib/context.ts'
import type { Failure } from '#lib/domain/errors.ts'
import { endSnooze as endSnoozeOperation, snoozeFinding as snoozeOperation } from '#lib/operations/snooze-finding.ts'
import { attempted } from '../_ui/action-outcome.ts'

const FindingId = z.object({ findingId: z.uuid() })
const Snooze = FindingId.extend({ days: z.number().int(), reason: z.string() })

/** `null` when it was done. */
export async function snoozeFinding(input: z.input<typeof Snooze>): Promise<Failure | null> {
  return attempted(Snooze, input, await pageContext(), snoozeOperation)
}

/** `null` when it was done. */
export async function endSnooze(input: z.input<typeof FindingId>): Promise<Failure | null> {
  return attempted(FindingId, input, await pageContext(), endSnoozeOperation)
}
