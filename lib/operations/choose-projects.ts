import {
  changeGitlabRow,
  connectionsTopic,
  gitlabRow,
  purposes,
  storedMappings,
  writeMappings,
} from '#lib/db/connections.ts'
import { publish } from '#lib/db/notifications.ts'
import { BerthError } from '#lib/domain/errors.ts'
import type { Flaw } from '#lib/domain/gitlab-check.ts'
import type { Mapping } from '#lib/domain/mapping.ts'
import type { Project } from '#lib/domain/project.ts'
import { createGitlab, findProjects as find } from '#lib/gitlab/index.ts'
import { setByEnv } from '../connections.ts'
import type { Context } from '../context.ts'
import type { GivenEnv } from './connect-gitlab.ts'
import { changeConnection, setByVariable } from './connection-change.ts'
import { requireAdmin } from './require-role.ts'

export const mostProjects = 300

/** Asks GitLab, with Berth's own token, which projects fit; for the choice of projects, which nothing has been read of yet. */
export async function findProjects(ctx: Context, { search }: { search: string }): Promise<Project[]> {
  requireAdmin(ctx.actor)
  return find(await access(ctx), search.trim().slice(0, 100))
}

export interface ChooseProjects extends GivenEnv {
  /** Full paths. */
  paths: string[]
  /** By path; what a project's mapping says besides stays. */
  mappings: Record<string, Partial<Mapping>>
}

/** Keeps which projects are shown and where their apps are. From then on Berth looks at them. */
export function chooseProjects(ctx: Context, { given, paths, mappings }: ChooseProjects): Promise<Flaw | null> {
  const target = paths.length === 1 ? (paths[0] ?? '') : `${paths.length} projects`
  return changeConnection(ctx, { action: 'projects.choose', target }, async () => {
    if (setByEnv(given).projects) throw setByVariable('BERTH_GITLAB_PROJECTS')
    if (paths.length === 0) return { field: 'projects', words: 'No project is chosen.', remedy: 'Choose at least one.' }
    if (paths.length > mostProjects)
      return {
        field: 'projects',
        words: `${paths.length} projects are many.`,
        remedy: `Choose ${mostProjects} at most.`,
      }
    const missing = await unseen(await access(ctx), paths)
    if (missing.length > 0)
      return {
        field: 'projects',
        words: `GitLab does not show ${missing.join(', ')} to Berth’s token.`,
        remedy: 'Make the token’s owner a member of it, or leave it out.',
      }
    const before = await storedMappings(ctx.db)
    const chosen = Object.fromEntries(paths.map((path) => [path, { ...before[path], ...mappings[path] }]))
    const by = { changedAt: ctx.now(), changedBy: ctx.actor.name }
    await ctx.db.$transaction(async (tx) => {
      await changeGitlabRow(tx, { projects: paths, chosenAt: ctx.now(), ...by })
      await writeMappings(tx, chosen, by)
      await tx.source.deleteMany({ where: { id: 'gitlab' } })
      await publish(tx, [connectionsTopic, 'fleet'])
    })
    return `${paths.join(', ')}.`
  })
}

async function access(ctx: Context): Promise<{ url: string; token: string }> {
  const row = await gitlabRow(ctx.db)
  if (row === null) throw new BerthError('refused', 'berth', 'Connect GitLab first.')
  return { url: row.url, token: ctx.seal.open(row.token, purposes.gitlabToken) }
}

/** Those that GitLab does not show. */
async function unseen(to: { url: string; token: string }, paths: readonly string[]): Promise<string[]> {
  const gitlab = createGitlab({ ...to, requestsPerMinute: mostProjects })
  const missing: string[] = []
  for (const path of paths) {
    try {
      await gitlab.project(path)
    } catch (error) {
      if (!(error instanceof BerthError) || error.kind !== 'not-found') throw error
      missing.push(path)
    }
  }
  return missing
}
