'use server'

import { z } from 'zod'
import { pageContext } from '#lib/context.ts'
import type { Failure } from '#lib/domain/errors.ts'
import { draftPipeline, type PipelineDraft } from '#lib/operations/pipeline-draft.ts'
import { type PipelineProposal, proposePipeline } from '#lib/operations/propose-pipeline.ts'
import { outcome } from '../../../_ui/action-outcome.ts'
import { Options } from './options-schema.ts'

const Wish = z.object({ projectId: z.number().int().positive(), options: Options })

/** What the repository's file would become, and GitLab's lint of it. */
export async function draft(input: z.input<typeof Wish>): Promise<{ done: PipelineDraft } | { failure: Failure }> {
  return outcome(Wish, input, await pageContext(), draftPipeline)
}

export async function propose(input: z.input<typeof Wish>): Promise<{ done: PipelineProposal } | { failure: Failure }> {
  return outcome(Wish, input, await pageContext(), proposePipeline)
}
