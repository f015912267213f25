'use server'

import { z } from 'zod'
import { pageContext } from '#lib/context.ts'
import type { Failure } from '#lib/domain/errors.ts'
import { claimNames as claimOperation, withdrawClaim as withdrawOperation } from '#lib/operations/claim-names.ts'
import { attempted } from '../../_ui/action-outcome.ts'

const Claim = z.object({ projectId: z.number().int().positive(), host: z.string(), pattern: z.string().max(100) })
const ClaimId = z.object({ claimId: z.uuid() })

/** `null` when it was done. */
export async function claimNames(input: z.input<typeof Claim>): Promise<Failure | null> {
  return attempted(Claim, input, await pageContext(), claimOperation)
}

/** `null` when it was done. */
export async function withdrawClaim(input: z.input<typeof ClaimId>): Promise<Failure | null> {
  return attempted(ClaimId, input, await pageContext(), withdrawOperation)
}
