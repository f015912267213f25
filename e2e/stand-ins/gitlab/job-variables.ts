import { isProtectedBranch } from './members.ts'
import { levelToCreate } from './protected-tags.ts'
import { refSlug } from './slug.ts'
import type { Variable } from './wiring.ts'
import type { Project, Ref, World } from './world.ts'

/** What a job finds in its environment, by name. */
export type Variables = Record<string, Pick<Variable, 'value' | 'type'>>

const text = (value: string): Pick<Variable, 'value' | 'type'> => ({ value, type: 'env_var' })

/** What GitLab says of itself, the project and the commit, and what the project's settings add. */
export function refVariables(world: World, project: Project, { ref, tag, sha }: Ref & { sha: string }): Variables {
  const [group = '', name = ''] = project.path.split('/')
  const isProtectedRef = tag ? levelToCreate(project, ref) !== null : isProtectedBranch(project, ref)
  const message = project.commits.get(sha)?.message ?? ''
  const predefined: Record<string, string> = {
    CI: 'true',
    GITLAB_CI: 'true',
    CI_SERVER_URL: world.url,
    CI_API_V4_URL: `${world.url}/api/v4`,
    CI_PROJECT_ID: String(project.id),
    CI_PROJECT_NAME: name,
    CI_PROJECT_NAMESPACE: group,
    CI_PROJECT_PATH: project.path,
    CI_PROJECT_PATH_SLUG: refSlug(project.path),
    CI_PROJECT_URL: `${world.url}/${project.path}`,
    CI_DEFAULT_BRANCH: project.defaultBranch,
    CI_PIPELINE_SOURCE: 'push',
    CI_COMMIT_SHA: sha,
    CI_COMMIT_SHORT_SHA: sha.slice(0, 8),
    CI_COMMIT_REF_NAME: ref,
    CI_COMMIT_REF_SLUG: refSlug(ref),
    CI_COMMIT_TITLE: message.split('\n', 1)[0] ?? '',
    CI_COMMIT_MESSAGE: message,
    [tag ? 'CI_COMMIT_TAG' : 'CI_COMMIT_BRANCH']: ref,
  }
  return {
    ...Object.fromEntries(Object.entries(predefined).map(([key, value]) => [key, text(value)])),
    ...Object.fromEntries(
      project.wiring.variables
        // A protected variable is seen on protected branches and tags only.
        .filter(({ isProtected }) => !isProtected || isProtectedRef)
        .map(({ key, value, type }) => [key, { value, type }]),
    ),
  }
}

/** Those of one job: a variable of the project is stronger than one of the file. `expand` fills `$NAME` and `${NAME}` in. */
export function jobVariables(
  ofRef: Variables,
  written: Record<string, string>,
  environment: Record<string, string> = {},
): { all: Variables; expand(value: string): string } {
  const all: Variables = {
    ...Object.fromEntries(Object.entries({ ...written, ...environment }).map(([key, value]) => [key, text(value)])),
    ...ofRef,
  }
  const expand = (value: string, depth = 0): string =>
    value.replace(/\$(?:\{(\w+)\}|(\w+))/g, (_, braced, plain) => {
      const found = all[braced ?? plain]?.value ?? ''
      return depth < 5 ? expand(found, depth + 1) : found
    })
  return { all, expand: (value) => expand(value) }
}
