import { z } from 'zod'
import { BerthError } from '#lib/domain/errors.ts'
import type { Tag } from '#lib/domain/tag.ts'
import type { Client } from './client.ts'
import type { Gitlab } from './contract.ts'
import { readEveryPage } from './pages.ts'
import { orNull, readable } from './schema.ts'

/** https://docs.gitlab.com/api/tags/. A tag may also name a tree or a file, which has no commit. */
const tag = z
  .object({ name: z.string(), commit: orNull(z.object({ id: z.string() })) })
  .transform((answer) => ({ name: answer.name, sha: answer.commit?.id ?? null }))

export const tagCalls = ({ tags }: Client, maxPages: number): Pick<Gitlab, 'tags' | 'tag' | 'createTag'> => ({
  async tags(projectId) {
    const all = await readEveryPage({
      what: 'tags',
      schema: tag,
      maxPages,
      key: (value) => value.name,
      ask: (query) => tags.all(projectId, query),
    })
    return all.filter(namesCommit)
  },
  tag: async (projectId, name) => commitTag(await tags.show(projectId, name)),
  createTag: async (projectId, { name, sha }) => commitTag(await tags.create(projectId, name, sha)),
})

function commitTag(answer: unknown): Tag {
  const read = readable(tag, answer, 'a tag')
  if (namesCommit(read)) return read
  throw new BerthError('refused', 'gitlab', `Tag ${read.name} names no commit.`)
}

const namesCommit = (value: { name: string; sha: string | null }): value is Tag => value.sha !== null
