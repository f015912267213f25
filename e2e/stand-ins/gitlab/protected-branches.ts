import { page } from './page.ts'
import { Refusal, type Reply } from './reply.ts'
import { projectOf, type Request } from './request.ts'

const maintainers = { id: 1, access_level: 40, access_level_description: 'Maintainers', user_id: null, group_id: null }

const developers = { ...maintainers, id: 2, access_level: 30, access_level_description: 'Developers + Maintainers' }

const present = (developersMerge: boolean) => (name: string) => ({
  id: 1,
  name,
  push_access_levels: [maintainers],
  merge_access_levels: [developersMerge ? developers : maintainers],
  allow_force_push: false,
  unprotect_access_levels: [],
  code_owner_approval_required: false,
  inherited: false,
})

const list = (request: Request): Reply => {
  const { protectedBranches, developersMerge } = projectOf(request).wiring
  return page(request, protectedBranches, present(developersMerge))
}

/** A feature of GitLab Premium: this one has no such route, and says what it says to any unknown path. */
const premium = (): Reply => {
  throw new Refusal(404, { error: '404 Not Found' })
}

export const protectedBranchRoutes = {
  'GET /projects/:id/protected_branches': list,
  'GET /projects/:id/protected_environments': premium,
}
