import { type ChangedPart, changedParts } from '#lib/ci-yaml/changes.ts'
import { isAloneIn, type Merge, mergePipeline } from '#lib/ci-yaml/merge.ts'
import { readCiYaml } from '#lib/ci-yaml/read.ts'
import type { CiLint } from '#lib/domain/ci-lint.ts'
import type { Decision } from '#lib/domain/decision.ts'
import { BerthError } from '#lib/domain/errors.ts'
import { optionFlaws, type PipelineOptions, pipelineBlocks, pipelineFile } from '#lib/domain/pipeline-file/index.ts'
import { pipelinePath, proposability } from '#lib/domain/pipeline-proposal.ts'
import { type StopForecast, stopForecasts } from '#lib/domain/stop-forecast.ts'
import type { Context } from '../context.ts'
import { requireShown } from './ask.ts'
import { requireRole } from './require-role.ts'

export interface PipelineWish {
  projectId: number
  options: PipelineOptions
}

/** What the file in the repository would become, and what GitLab says of it. */
export interface PipelineDraft {
  defaultBranch: string
  /** The file on the default branch; `null` when there is none. */
  existing: string | null
  file: string
  merge: Omit<Merge, 'text'>
  changes: ChangedPart[]
  lint: Omit<CiLint, 'mergedYaml'>
  /** Of every job that deploys a review app; `[]` also when the lint could not read the file. */
  forecasts: StopForecast[]
  decision: Decision
}

/** Asks GitLab for the file that is there, and for its lint of what would be: the lint as the person, who must be let. */
export async function draftPipeline(ctx: Context, wish: PipelineWish): Promise<PipelineDraft> {
  requireRole(ctx.actor, 'developer', wish.projectId)
  await requireShown(ctx, wish.projectId)
  return readDraft(ctx, wish)
}

/** For whoever has authorized already. */
export async function readDraft(ctx: Context, { projectId, options }: PipelineWish): Promise<PipelineDraft> {
  const flaws = optionFlaws(options)
  if (flaws.length > 0) throw new BerthError('invalid', 'berth', flaws.map(({ words }) => words).join(' '))
  const { defaultBranch, pathWithNamespace } = await ctx.gitlab.project(projectId)
  if (defaultBranch === null) {
    throw new BerthError(
      'refused',
      'gitlab',
      `${pathWithNamespace} has no commit yet: push one, and a pipeline can be proposed.`,
    )
  }
  const existing = await ctx.gitlab.fileAt(projectId, { path: pipelinePath, ref: defaultBranch })
  const { text: file, ...merge } = mergedInto(existing, options)
  const asPerson = await ctx.gitlabAs(ctx.actor.personId)
  const { mergedYaml, ...lint } = await asPerson.ciLint(projectId, { content: file })
  return {
    defaultBranch,
    existing,
    file,
    merge,
    changes: changedParts(existing ?? '', file),
    lint,
    forecasts: mergedYaml === null ? [] : stopForecasts(readCiYaml(mergedYaml)),
    decision: proposability({ flaws, existing, file, lint }),
  }
}

function mergedInto(existing: string | null, options: PipelineOptions): Merge {
  const alone = pipelineBlocks(options, { isAlone: true })
  if (existing === null || existing.trim() === '') {
    return { text: pipelineFile(options), kept: [], replaced: [], added: alone.map(({ key }) => key), notices: [] }
  }
  return mergePipeline(existing, isAloneIn(existing, alone) ? alone : pipelineBlocks(options, { isAlone: false }))
}
