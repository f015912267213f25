import { accessLevel, level } from './members.ts'
import { keysetPage, ordered, page } from './page.ts'
import { ok, type Reply } from './reply.ts'
import { choice, flag, projectOf, type Request } from './request.ts'
import type { Project, User, World } from './world.ts'

const lastActivityAt = (project: Project): Date =>
  new Date(
    Math.max(project.createdAt.getTime(), ...[...project.pipelines.values()].map((row) => row.updatedAt.getTime())),
  )

/** The short form, which also stands in environments. */
export function presentBasicProject(world: World, project: Project) {
  const [group = '', name = ''] = project.path.split('/')
  return {
    id: project.id,
    description: project.description,
    name,
    name_with_namespace: `${group} / ${name}`,
    path: name,
    path_with_namespace: project.path,
    created_at: project.createdAt,
    default_branch: project.defaultBranch,
    tag_list: [],
    topics: [],
    ssh_url_to_repo: `git@gitlab.example.jp:${project.path}.git`,
    http_url_to_repo: `${world.url}/${project.path}.git`,
    web_url: `${world.url}/${project.path}`,
    readme_url: `${world.url}/${project.path}/-/blob/${project.defaultBranch}/README.md`,
    forks_count: 0,
    avatar_url: null,
    star_count: 0,
    last_activity_at: lastActivityAt(project),
    visibility: 'private',
    namespace: {
      id: 1,
      name: group,
      path: group,
      kind: 'group',
      full_path: group,
      parent_id: null,
      avatar_url: null,
      web_url: `${world.url}/groups/${group}`,
    },
  }
}

const presentProject = (world: World, project: Project, user: User) => ({
  ...presentBasicProject(world, project),
  packages_enabled: null,
  empty_repo: project.commits.size === 0,
  archived: false,
  issues_enabled: true,
  merge_requests_enabled: true,
  wiki_enabled: true,
  jobs_enabled: project.wiring.isCiEnabled,
  builds_access_level: project.wiring.isCiEnabled ? 'enabled' : 'disabled',
  environments_access_level: 'enabled',
  shared_runners_enabled: project.wiring.sharedRunners,
  group_runners_enabled: true,
  keep_latest_artifact: project.wiring.keepLatestArtifact,
  ci_config_path: '',
  creator_id: 1,
  import_status: 'none',
  open_issues_count: 0,
  updated_at: lastActivityAt(project),
  ci_default_git_depth: 50,
  ci_forward_deployment_enabled: project.wiring.forwardDeployment,
  ci_forward_deployment_rollback_allowed: project.wiring.forwardRollback,
  ci_job_token_scope_enabled: false,
  build_git_strategy: 'fetch',
  build_timeout: 3600,
  auto_cancel_pending_pipelines: 'enabled',
  merge_method: 'merge',
  remove_source_branch_after_merge: true,
  permissions: {
    project_access: null,
    group_access: { access_level: accessLevel(world, project, user), notification_level: 3 },
  },
})

const list = (request: Request): Reply => {
  const { world, query, user } = request
  const search = query.get('search')?.toLowerCase()
  const orderBy = choice(request, 'order_by', ['id', 'name', 'path', 'created_at', 'updated_at', 'last_activity_at'])
  const least = Math.max(Number(query.get('min_access_level') ?? 0), level.guest)
  const projects = [...world.projects.values()].filter(
    (project) => accessLevel(world, project, user) >= least && (!search || project.path.toLowerCase().includes(search)),
  )
  const key = (project: Project): number | string => {
    if (orderBy === 'name' || orderBy === 'path') return project.path
    if (orderBy === 'updated_at' || orderBy === 'last_activity_at') return lastActivityAt(project).getTime()
    return orderBy === 'id' ? project.id : project.createdAt.getTime()
  }
  const rows = ordered(projects, key, choice(request, 'sort', ['asc', 'desc']) ?? 'desc')
  const present = flag(request, 'simple') ? presentBasicProject : presentProject
  const row = (project: Project) => present(world, project, user)
  return query.get('pagination') === 'keyset' ? keysetPage(request, rows, row) : page(request, rows, row)
}

const show = (request: Request): Reply => ok(presentProject(request.world, projectOf(request), request.user))

export const projectRoutes = {
  'GET /projects': list,
  'GET /projects/:id': show,
}
