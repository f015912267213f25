'use server'

import { z } from 'zod'
import { pageContext } from '#lib/context.ts'
import type { Failure } from '#lib/domain/errors.ts'
import { changeSettings } from '#lib/operations/change-settings.ts'
import { runPoliciesNow as runOperation } from '#lib/operations/policy-run.ts'
import { type PolicyPreview, policyPreview } from '#lib/queries/policies.ts'
import { attempted, outcome } from '../../../_ui/action-outcome.ts'
import { PolicySettings, Settings } from './settings-schema.ts'

const id = z.number().int().positive()
const Change = z.object({ projectId: id, settings: Settings, seen: z.date().nullable() })
const Preview = z.object({ projectId: id, policies: PolicySettings })
const Project = z.object({ projectId: id })

/** `null` when they are set. */
export async function saveSettings(input: z.input<typeof Change>): Promise<Failure | null> {
  return attempted(Change, input, await pageContext(), changeSettings)
}

/** What the policies would do with settings that nobody has saved. */
export async function previewPolicies(
  input: z.input<typeof Preview>,
): Promise<{ done: PolicyPreview } | { failure: Failure }> {
  return outcome(Preview, input, await pageContext(), policyPreview)
}

export async function runPoliciesNow(
  input: z.input<typeof Project>,
): Promise<{ done: { words: string } } | { failure: Failure }> {
  return outcome(Project, input, await pageContext(), runOperation)
}
