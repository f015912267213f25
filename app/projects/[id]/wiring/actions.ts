'use server'

import { z } from 'zod'
import { pageContext } from '#lib/context.ts'
import type { Failure } from '#lib/domain/errors.ts'
import { checkWiring as checkOperation } from '#lib/operations/check-wiring.ts'
import { createVariables as createOperation } from '#lib/operations/create-variables.ts'
import { asked, attempted } from '../../../_ui/action-outcome.ts'
import type { Asked } from '../../../_ui/asked.ts'

const Project = z.object({ projectId: z.number().int().positive() })

/** `null` when it was looked at. */
export async function checkWiring(input: z.input<typeof Project>): Promise<Failure | null> {
  return attempted(Project, input, await pageContext(), checkOperation)
}

export async function createVariables(input: z.input<typeof Project>): Promise<Asked> {
  return asked(Project, input, await pageContext(), createOperation)
}
