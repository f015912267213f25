import { z } from 'zod'
import type { Hint } from '#lib/domain/hint.ts'

const id = z.int().positive()
const name = z.string().min(1).max(500)

/** Only what says where to look: nothing else in an event is believed. */
const events = z.discriminatedUnion('object_kind', [
  z.object({ object_kind: z.literal('push'), ref: name }),
  z.object({ object_kind: z.literal('tag_push') }),
  z.object({ object_kind: z.literal('merge_request'), object_attributes: z.object({ iid: id }) }),
  z.object({ object_kind: z.literal('pipeline'), object_attributes: z.object({ id }) }),
  // `commit.id` is the pipeline's id here, for GitLab versions without `pipeline_id`.
  z.object({
    object_kind: z.literal('build'),
    pipeline_id: id.nullish(),
    commit: z.object({ id }).nullish().catch(null),
    environment: z.object({ name }).nullish().catch(null),
  }),
  z.object({ object_kind: z.literal('deployment'), deployment_id: id }),
])

const ofProject = z.object({ project_id: id.nullish(), project: z.object({ id }).nullish() })

/**
 * Where to look after this event of the project; `[]` for an event of a kind or shape that says nothing to Berth, or of
 * another project. A branch that was deleted is one to look for like any other.
 */
export function hintsOf(event: unknown, projectId: number): Hint[] {
  const about = ofProject.safeParse(event)
  const parsed = events.safeParse(event)
  if (!about.success || !parsed.success) return []
  if ((about.data.project?.id ?? about.data.project_id ?? projectId) !== projectId) return []
  const { data } = parsed
  switch (data.object_kind) {
    case 'push': {
      const branch = /^refs\/heads\/(.+)$/s.exec(data.ref)?.[1]
      return branch === undefined ? [] : [hint('branch', branch)]
    }
    case 'tag_push':
      return [hint('news', '')]
    case 'merge_request':
      return [hint('merge-request', data.object_attributes.iid)]
    case 'pipeline':
      return [hint('pipeline', data.object_attributes.id)]
    case 'build': {
      // A stop job changes its environment without any deployment that would tell.
      const pipelineId = data.pipeline_id ?? data.commit?.id
      return [
        ...(pipelineId ? [hint('pipeline', pipelineId)] : []),
        ...(data.environment ? [hint('environment', data.environment.name)] : []),
      ]
    }
    case 'deployment':
      return [hint('deployment', data.deployment_id)]
  }
}

const hint = (kind: Hint['kind'], key: string | number): Hint => ({ kind, key: String(key) })
