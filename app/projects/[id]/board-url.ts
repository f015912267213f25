import type { BoardQuery } from '#lib/domain/board.ts'

/** What may stand open over the project's page, and which operation it follows. */
export interface Overlay {
  promote?: number
  stop?: number
  /** Asks what to lock production for. */
  lock?: 1
  operation?: string
}

export const projectHref = (projectId: number): string => `/projects/${projectId}`

export const environmentHref = (projectId: number, environmentId: number): string =>
  `/projects/${projectId}/environments/${environmentId}`

/** The page that plans a sweep of these subjects, or of a kind of leftovers; or follows one. */
export function sweepHref(
  projectId: number,
  { choose, subjects, operation }: { choose?: 'leftovers' | 'stale'; subjects?: readonly string[]; operation?: string },
): string {
  const params = new URLSearchParams()
  if (choose) params.set('choose', choose)
  for (const subject of subjects ?? []) params.append('subject', subject)
  if (operation) params.set('operation', operation)
  const text = params.toString()
  return `${projectHref(projectId)}/sweep${text && `?${text}`}`
}

/** The address of the project's page with this view of the table; whatever is the default is left out. */
export function boardHref(projectId: number, query: Partial<BoardQuery>, overlay: Overlay = {}): string {
  const params = new URLSearchParams()
  if (query.q) params.set('q', query.q)
  if (query.filter && query.filter !== 'all') params.set('filter', query.filter)
  if (query.sort && query.sort !== 'active') params.set('sort', query.sort)
  if (query.direction && query.direction !== ownDirection(query.sort)) params.set('direction', query.direction)
  if (query.page && query.page > 1) params.set('page', String(query.page))
  for (const [name, value] of Object.entries(overlay)) params.set(name, String(value))
  const text = params.toString()
  return projectHref(projectId) + (text && `?${text}`)
}

/** The direction that a sort starts with. */
export const ownDirection = (sort: BoardQuery['sort'] = 'active'): BoardQuery['direction'] =>
  sort === 'active' ? 'desc' : 'asc'
