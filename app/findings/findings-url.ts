import type { FindingQuery } from '#lib/queries/findings.ts'

/** The address of the list of findings with this view of it; whatever is the default is left out. */
export function findingsHref(query: Partial<FindingQuery>, overlay: { snooze?: string } = {}): string {
  const params = new URLSearchParams()
  if (query.projectId) params.set('project', String(query.projectId))
  if (query.host) params.set('host', query.host)
  if (query.kind) params.set('kind', query.kind)
  if (query.state && query.state !== 'open') params.set('state', query.state)
  if (query.page && query.page > 1) params.set('page', String(query.page))
  if (overlay.snooze) params.set('snooze', overlay.snooze)
  const text = params.toString()
  return `/findings${text && `?${text}`}`
}
