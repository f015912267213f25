import { expect, test } from 'vitest'
import { scriptedGitlab } from './scripted-gitlab.ts'

const query = 'min_access_level=30&simple=true&pagination=keyset&order_by=id&sort=asc&per_page=100'
const projects = (from: number, count: number) => Array.from({ length: count }, (_, at) => ({ id: from + at }))

test('follows the list of a person’s projects to its end', async () => {
  const { gitlab, url } = await scriptedGitlab([
    {
      expect: `GET /projects?${query}`,
      json: projects(1, 100),
      headers: { link: `<http://placeholder/api/v4/projects?${query}&id_after=100>; rel="next"` },
    },
    { expect: `GET /projects?${query}&id_after=100`, json: projects(101, 2) },
  ])
  expect(url).toContain('127.0.0.1')
  expect(await gitlab.projectIdsAsLeast('developer')).toEqual(projects(1, 102).map(({ id }) => id))
})

test('a full page without a word of the next one is no list', async () => {
  const { gitlab } = await scriptedGitlab([{ expect: `GET /projects?${query}`, json: projects(1, 100) }])
  await expect(gitlab.projectIdsAsLeast('developer')).rejects.toMatchObject({ kind: 'unavailable' })
})

test('a failed page fails the whole list', async () => {
  const { gitlab } = await scriptedGitlab([
    {
      expect: `GET /projects?${query}`,
      json: projects(1, 100),
      headers: { link: `<http://placeholder/api/v4/projects?${query}&id_after=100>; rel="next"` },
    },
    { expect: `GET /projects?${query}&id_after=100`, status: 500, text: 'no' },
  ])
  await expect(gitlab.projectIdsAsLeast('developer')).rejects.toMatchObject({ kind: 'unavailable' })
})

test('GitLab says who administers it to those alone', async () => {
  const hanako = { id: 7, username: 'hanako', name: 'Hanako Yamada', state: 'active', email: 'h@example.jp' }
  const { gitlab } = await scriptedGitlab([
    { expect: 'GET /user', json: hanako },
    { expect: 'GET /user', json: { ...hanako, state: 'blocked', is_admin: true } },
  ])
  const known = { id: 7, username: 'hanako', name: 'Hanako Yamada' }
  expect(await gitlab.currentUser()).toEqual({ ...known, isActive: true, isAdmin: false })
  expect(await gitlab.currentUser()).toEqual({ ...known, isActive: false, isAdmin: true })
})
