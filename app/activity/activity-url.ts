import type { ActivityQuery } from '#lib/queries/activity.ts'

/** The address of the activity with this view of it; whatever is the default is left out. */
export function activityHref(query: Partial<ActivityQuery>): string {
  const params = paramsOf(query)
  if (query.before) params.set('before', String(query.before))
  const text = params.toString()
  return `/activity${text && `?${text}`}`
}

/** Where what this view shows, on all of its pages, comes as a file. */
export function exportHref(query: Partial<ActivityQuery>, format: 'csv' | 'json'): string {
  const params = paramsOf(query)
  params.set('format', format)
  return `/api/v1/audit?${params}`
}

function paramsOf({ projectId, actor, action, outcome, from, to }: Partial<ActivityQuery>): URLSearchParams {
  const params = new URLSearchParams()
  if (projectId) params.set('project', String(projectId))
  for (const [name, value] of Object.entries({ actor, action, outcome, from, to })) if (value) params.set(name, value)
  return params
}
