import { describe, expect, test } from 'vitest'
import { type Step, scriptedGitlab } from './scripted-gitlab.ts'

const environment = (id: number) => ({
  id,
  name: `review/${id}`,
  slug: `review-${id}-abc123`,
  state: 'available',
  tier: 'development',
  external_url: null,
  created_at: '2026-01-02T03:04:05Z',
  updated_at: '2026-01-02T03:04:05Z',
  auto_stop_at: null,
})
const hundred = (from: number) => Array.from({ length: 100 }, (_, index) => environment(from + index))

const page = (number: number, more: Omit<Step, 'expect'>): Step => ({
  expect: `GET /projects/42/environments?page=${number}&per_page=100`,
  ...more,
})

describe('every page', () => {
  test('is read, in order', async () => {
    const { gitlab } = await scriptedGitlab([
      page(1, { json: hundred(1), headers: { 'x-next-page': '2' } }),
      page(2, { json: hundred(101), headers: { 'x-next-page': '3' } }),
      page(3, { json: [environment(201)], headers: { 'x-next-page': '' } }),
    ])
    const ids = (await gitlab.environments(42)).map((value) => value.id)
    expect(ids).toEqual(Array.from({ length: 201 }, (_, index) => index + 1))
  })

  test('or an error: a failing second page of three fails the list', async () => {
    const { gitlab } = await scriptedGitlab([
      page(1, { json: hundred(1), headers: { 'x-next-page': '2' } }),
      page(2, { status: 500, json: { message: '500 Internal Server Error' } }),
    ])
    await expect(gitlab.environments(42)).rejects.toMatchObject({ kind: 'unavailable' })
  })

  test('or an error: a list longer than the limit is not cut', async () => {
    const { gitlab } = await scriptedGitlab(
      [
        page(1, { json: hundred(1), headers: { 'x-next-page': '2' } }),
        page(2, { json: hundred(101), headers: { 'x-next-page': '3' } }),
      ],
      { maxPages: 2 },
    )
    await expect(gitlab.environments(42)).rejects.toThrow('more than 2 pages')
  })

  test('or an error: one unreadable item fails the list and is named', async () => {
    const { gitlab } = await scriptedGitlab([page(1, { json: [environment(1), { ...environment(2), state: null }] })])
    await expect(gitlab.environments(42)).rejects.toThrow('about environments cannot be read at [1].state')
  })

  test('or an error: a full page without a word of the next one', async () => {
    const { gitlab } = await scriptedGitlab([page(1, { json: hundred(1) })])
    await expect(gitlab.environments(42)).rejects.toThrow('no word of the next one')
  })

  test('a row that slid to the next page comes once', async () => {
    const { gitlab } = await scriptedGitlab([
      page(1, { json: hundred(1), headers: { 'x-next-page': '2' } }),
      page(2, { json: [{ ...environment(100), state: 'stopped' }], headers: { 'x-next-page': '' } }),
    ])
    const all = await gitlab.environments(42)
    expect(all).toHaveLength(100)
    expect(all.at(-1)?.state).toBe('stopped')
  })

  test('follows Link where x-next-page is missing', async () => {
    const link = (rel: string, number: number) =>
      `<https://gitlab.example.jp/api/v4/projects/42/environments?page=${number}&per_page=100>; rel="${rel}"`
    const { gitlab } = await scriptedGitlab([
      page(1, { json: hundred(1), headers: { link: `${link('first', 1)}, ${link('next', 2)}` } }),
      page(2, { json: hundred(101), headers: { link: link('first', 1) } }),
    ])
    expect(await gitlab.environments(42)).toHaveLength(200)
  })

  test('an empty list is empty', async () => {
    const { gitlab } = await scriptedGitlab([page(1, { json: [], headers: { 'x-next-page': '' } })])
    expect(await gitlab.environments(42)).toEqual([])
  })
})

describe('one page', () => {
  test('says what comes next and how many there are', async () => {
    const { gitlab } = await scriptedGitlab([
      page(2, { json: hundred(1), headers: { 'x-next-page': '3', 'x-total': '250' } }),
    ])
    const { items, nextPage, total } = await gitlab.environmentsPage(42, { page: 2 })
    expect([items.length, nextPage, total]).toEqual([100, 3, 250])
  })

  test('has no total where GitLab does not count', async () => {
    const { gitlab } = await scriptedGitlab([page(1, { json: [], headers: { 'x-next-page': '' } })])
    expect(await gitlab.environmentsPage(42, {})).toEqual({ items: [], nextPage: null, total: null })
  })
})

describe('a look at what changed asks GitLab to sort and filter', () => {
  const updatedAfter = new Date('2026-11-23T10:00:00Z')
  const since = 'updated_after=2026-11-23T10%3A00%3A00.000Z'
  const first = 'page=1&per_page=100'
  const newest = 'order_by=updated_at&sort=desc'

  test.each([
    ['deploymentsPage', `deployments?${first}&${newest}&${since}`],
    ['pipelinesPage', `pipelines?${first}&${newest}&${since}`],
    ['mergeRequestsPage', `merge_requests?${first}&${since}&${newest}`],
    ['branchesPage', `repository/branches?${first}&sort=updated_desc`],
    ['environmentsPage', `environments?${first}`],
  ] as const)('%s', async (call, query) => {
    const { gitlab } = await scriptedGitlab([{ expect: `GET /projects/42/${query}`, json: [] }])
    expect((await gitlab[call](42, { updatedAfter })).items).toEqual([])
  })

  test('open merge requests, deployments of one environment, jobs with the retried ones, my projects', async () => {
    const { gitlab } = await scriptedGitlab([
      { expect: `GET /projects/42/merge_requests?${first}&state=opened&${newest}`, json: [] },
      { expect: `GET /projects/42/deployments?${first}&environment=review%2Fa%26b&order_by=id&sort=desc`, json: [] },
      { expect: `GET /projects/42/pipelines/5/jobs?${first}&include_retried=true`, json: [] },
      { expect: `GET /projects?${first}&membership=true&order_by=id&sort=asc`, json: [] },
    ])
    await gitlab.mergeRequests(42, { state: 'opened' })
    await gitlab.environmentDeployments(42, 'review/a&b')
    await gitlab.pipelineJobs(42, 5, { includeRetried: true })
    await gitlab.projects()
  })
})
