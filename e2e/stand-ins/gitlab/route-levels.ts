import { level, requireLevel } from './members.ts'
import { projectOf, type Request } from './request.ts'

/** Where it takes more than a Reporter; what depends on the thing itself is asked where the thing is known. */
const levels: Record<string, number> = {
  'GET /projects/:id': level.guest,
  'POST /projects/:id/jobs/:jobId/play': level.developer,
  'POST /projects/:id/jobs/:jobId/retry': level.developer,
  'POST /projects/:id/jobs/:jobId/cancel': level.developer,
  'PUT /projects/:id/environments/:environmentId': level.developer,
  'DELETE /projects/:id/environments/:environmentId': level.developer,
  'DELETE /projects/:id/repository/branches/:branch': level.developer,
  'POST /projects/:id/repository/tags': level.developer,
  'DELETE /projects/:id/repository/tags/:tag': level.developer,
  'GET /projects/:id/protected_branches': level.maintainer,
  'GET /projects/:id/protected_tags': level.maintainer,
  'POST /projects/:id/protected_tags': level.maintainer,
  'DELETE /projects/:id/protected_tags/:name': level.maintainer,
  'POST /projects/:id/repository/commits': level.developer,
  'POST /projects/:id/merge_requests': level.developer,
  'GET /projects/:id/variables': level.maintainer,
  'POST /projects/:id/variables': level.maintainer,
  'PUT /projects/:id/variables/:key': level.maintainer,
  'DELETE /projects/:id/variables/:key': level.maintainer,
  'GET /projects/:id/runners': level.maintainer,
  'POST /projects/:id/ci/lint': level.developer,
  'POST /projects/:id/pipeline': level.developer,
  'POST /projects/:id/freeze_periods': level.maintainer,
  'PUT /projects/:id/freeze_periods/:freezePeriodId': level.maintainer,
  'DELETE /projects/:id/freeze_periods/:freezePeriodId': level.maintainer,
  'GET /projects/:id/hooks': level.maintainer,
  'POST /projects/:id/hooks': level.maintainer,
  'GET /projects/:id/hooks/:hookId': level.maintainer,
  'PUT /projects/:id/hooks/:hookId': level.maintainer,
  'DELETE /projects/:id/hooks/:hookId': level.maintainer,
  'GET /projects/:id/hooks/:hookId/events': level.maintainer,
  'POST /projects/:id/hooks/:hookId/events/:eventId/resend': level.maintainer,
  'POST /projects/:id/hooks/:hookId/test/:trigger': level.maintainer,
}

/** Refuses a member whose level is too low for the route; the code, its pipelines and environments take a Reporter to look. */
export function requireRouteLevel(request: Request, route: string): void {
  if (!route.includes(' /projects/:id')) return
  requireLevel(request, projectOf(request), levels[route] ?? level.reporter)
}
