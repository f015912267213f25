import { z } from 'zod'
import type { Project } from '#lib/domain/project.ts'
import type { Client } from './client.ts'
import type { Gitlab } from './contract.ts'
import { readEveryPage } from './pages.ts'
import { id, orNull, readable } from './schema.ts'

/** https://docs.gitlab.com/api/projects/ */
export const project: z.ZodType<Project> = z
  .object({
    id,
    path_with_namespace: z.string(),
    name: z.string(),
    web_url: z.string(),
    default_branch: orNull(z.string()),
    archived: orNull(z.boolean()),
  })
  .transform((answer) => ({
    id: answer.id,
    pathWithNamespace: answer.path_with_namespace,
    name: answer.name,
    webUrl: answer.web_url,
    defaultBranch: answer.default_branch,
    archived: answer.archived ?? false,
  }))

export const projectCalls = ({ projects }: Client, maxPages: number): Pick<Gitlab, 'projects' | 'project'> => ({
  projects: () =>
    readEveryPage({
      what: 'projects',
      schema: project,
      maxPages,
      key: (value) => value.id,
      ask: (query) => projects.all({ ...query, membership: true, orderBy: 'id', sort: 'asc' }),
    }),
  project: async (idOrPath) => readable(project, await projects.show(idOrPath), 'a project'),
})
