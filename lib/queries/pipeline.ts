import type { Context } from '#lib/context.ts'
import { type PipelineOptions, usualOptions } from '#lib/domain/pipeline-file/index.ts'
import { projectNotFound, requireSight } from './sight.ts'

export interface PipelineSubject {
  pathWithNamespace: string
  /** What the form shows before anything is chosen. */
  usual: PipelineOptions
}

/** The project that a pipeline is made for. Throws `not-found`. */
export async function pipelineSubject(ctx: Context, projectId: number): Promise<PipelineSubject> {
  requireSight(ctx, projectId)
  const project = await ctx.db.project.findUnique({
    where: { id: projectId },
    select: { pathWithNamespace: true, defaultBranch: true },
  })
  if (!project) throw projectNotFound(projectId)
  return { pathWithNamespace: project.pathWithNamespace, usual: usualOptions(project) }
}
