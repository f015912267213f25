import { z } from 'zod'
import type { Branch, Commit } from '#lib/domain/branch.ts'
import { BerthError } from '#lib/domain/errors.ts'
import type { Client } from './client.ts'
import type { Gitlab } from './contract.ts'
import { readEveryPage, readPage } from './pages.ts'
import { instant, orNull, readable } from './schema.ts'

/** https://docs.gitlab.com/api/commits/ */
const commit: z.ZodType<Commit> = z
  .object({
    id: z.string(),
    title: orNull(z.string()),
    author_name: orNull(z.string()),
    committed_date: orNull(instant),
    created_at: instant,
  })
  .transform((answer) => ({
    sha: answer.id,
    title: answer.title?.trim() ?? '',
    authorName: answer.author_name ?? '',
    committedAt: answer.committed_date ?? answer.created_at,
  }))

/** https://docs.gitlab.com/api/branches/ */
const branch: z.ZodType<Branch> = z
  .object({
    name: z.string(),
    commit,
    default: z.boolean(),
    protected: z.boolean(),
    developers_can_push: orNull(z.boolean()),
    developers_can_merge: orNull(z.boolean()),
    merged: orNull(z.boolean()),
    web_url: z.string(),
  })
  .transform((answer) => ({
    name: answer.name,
    commit: answer.commit,
    isDefault: answer.default,
    isProtected: answer.protected,
    developersMayChange: answer.developers_can_push === true || answer.developers_can_merge === true,
    isMerged: answer.merged ?? false,
    webUrl: answer.web_url,
  }))

const comparison = z.object({ commits: z.array(commit) })

/** https://docs.gitlab.com/api/repository_files/ */
const file = z
  .object({ encoding: z.literal('base64'), content: z.string() })
  .transform((answer) => Buffer.from(answer.content, 'base64').toString())

type Calls = Pick<Gitlab, 'branches' | 'branchesPage' | 'branch' | 'compare' | 'fileAt' | 'commitFiles'>

export const repositoryCalls = (
  { branches, commits, repositories, repositoryFiles }: Client,
  maxPages: number,
): Calls => ({
  branches: (projectId) =>
    readEveryPage({
      what: 'branches',
      schema: branch,
      maxPages,
      key: (value) => value.name,
      ask: (query) => branches.all(projectId, query),
    }),
  branchesPage: (projectId, { page = 1 }) =>
    readPage({
      what: 'branches',
      schema: branch,
      page,
      ask: (query) => branches.all(projectId, { ...query, sort: 'updated_desc' } as typeof query),
    }),
  branch: async (projectId, name) => readable(branch, await branches.show(projectId, name), 'a branch'),
  compare: async (projectId, { from, to }) =>
    readable(comparison, await repositories.compare(projectId, from, to, { straight: false }), 'a comparison').commits,
  async fileAt(projectId, { path, ref }) {
    try {
      return readable(file, await repositoryFiles.show(projectId, path, ref), 'a file')
    } catch (error) {
      if (isFileMissing(error)) return null
      throw error
    }
  },
  async commitFiles(projectId, { branch, startBranch, message, files }) {
    const actions = files.map(({ path, content, action }) => ({ action, filePath: path, content }))
    const from = startBranch === null ? {} : { startBranch }
    return readable(commit, await commits.create(projectId, branch, message, actions, from), 'a commit')
  },
})

/** A project or a ref that is not there is `not-found` too, and no missing file. */
const isFileMissing = (error: unknown): boolean =>
  error instanceof BerthError && error.kind === 'not-found' && error.message.includes('404 File Not Found')
