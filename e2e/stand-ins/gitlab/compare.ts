import { between, mergeBase, presentCommit, resolve } from './commits.ts'
import { badParameter, notFound, ok, type Reply } from './reply.ts'
import { changedFiles } from './repository.ts'
import { projectOf, type Request } from './request.ts'

/** Diffs name the changed files only: like those that GitLab finds too large, they are collapsed. */
const presentDiff = ({ path, change }: { path: string; change: 'added' | 'modified' | 'deleted' }) => ({
  diff: '',
  collapsed: true,
  too_large: false,
  new_path: path,
  old_path: path,
  a_mode: change === 'added' ? '0' : '100644',
  b_mode: change === 'deleted' ? '0' : '100644',
  new_file: change === 'added',
  renamed_file: false,
  deleted_file: change === 'deleted',
  generated_file: null,
})

const compare = async (request: Request): Promise<Reply> => {
  const project = projectOf(request)
  const { world, query } = request
  const [from, to] = [query.get('from'), query.get('to')]
  if (!from) throw badParameter('from is missing')
  if (!to) throw badParameter('to is missing')
  const fromSha = resolve(project, from)
  const toSha = resolve(project, to)
  if (!fromSha || !toSha) throw notFound('Ref')
  const commits = between(project, { from: fromSha, to: toSha })
  const base = mergeBase(project, fromSha, toSha)
  const files = base && project.repository ? await changedFiles(project.repository, { from: base, to: toSha }) : []
  const last = commits.at(-1)
  return ok({
    commit: last ? presentCommit(world, project, last.id) : null,
    commits: commits.map((commit) => presentCommit(world, project, commit.id)),
    diffs: files.map(presentDiff),
    compare_timeout: false,
    compare_same_ref: fromSha === toSha,
    web_url: `${world.url}/${project.path}/-/compare/${fromSha}...${toSha}`,
  })
}

export const compareRoutes = { 'GET /projects/:id/repository/compare': compare }
