import { describe, expect, test } from 'vitest'
import { BerthError } from '#lib/domain/errors.ts'
import { type PipelineOptions, usualOptions } from '#lib/domain/pipeline-file/index.ts'
import type { Context } from '../context.ts'
import { member, onlooker } from './fake-world.ts'
import { draftPipeline } from './pipeline-draft.ts'
import { proposePipeline } from './propose-pipeline.ts'
import { refusal } from './test-endings.ts'
import { database, fake, givenFreshWorlds } from './test-world.ts'

givenFreshWorlds()

const usual = usualOptions({ pathWithNamespace: 'hello/hello-app', defaultBranch: 'master' })
const wish = (more: Partial<PipelineOptions> = {}) => ({ projectId: 42, options: { ...usual, ...more } })
const asHanako = (): Context => ({
  ...fake.ctx,
  actor: { ...member('developer', { name: 'hanako' }), personId: 'person-7' },
})
const audit = () => database.db.auditEntry.findMany({ orderBy: { id: 'asc' } })
const branchOf = (change: string | undefined): string => change?.replace(/^commit /, '') ?? ''

test('a merge request is opened in the person’s own name, and leaves an entry', async () => {
  const { mergeRequest, became } = await proposePipeline(asHanako(), wish())
  expect({ iid: mergeRequest.iid, became }).toEqual({ iid: 1, became: 'opened' })
  const branch = branchOf(fake.gitlab.changes[0])
  expect(branch).toMatch(/^berth\/pipeline-[0-9a-f]{8}$/)
  expect(fake.gitlab.changes).toEqual([`commit ${branch}`, `merge request ${branch}`])
  expect(fake.gitlab.files[branch]?.['.gitlab-ci.yml']).toContain('stop_review:')
  expect(new Set(fake.actedAs)).toEqual(new Set(['person-7']))
  expect(await audit()).toMatchObject([
    { actor: 'hanako', action: 'pipeline.propose', target: '!1', outcome: 'succeeded', details: { mergeRequest: 1 } },
  ])
})

test('asking twice, also at once, opens one', async () => {
  const both = await Promise.all([proposePipeline(asHanako(), wish()), proposePipeline(asHanako(), wish())])
  const again = await proposePipeline(asHanako(), wish())
  expect([...both, again].map(({ mergeRequest }) => mergeRequest.iid)).toEqual([1, 1, 1])
  expect(again.became).toBe('there')
  expect(fake.gitlab.mergeRequestList).toHaveLength(1)
})

test('an answer that got lost after the commit leaves nothing double', async () => {
  const lost = new BerthError('unavailable', 'gitlab', 'GitLab did not answer.')
  fake.gitlab.failures = [{ method: 'createMergeRequest', error: lost }]
  expect(await refusal(proposePipeline(asHanako(), wish()))).toMatchObject({ kind: 'unavailable' })
  expect((await proposePipeline(asHanako(), wish())).became).toBe('opened')
  expect(Object.keys(fake.gitlab.files)).toHaveLength(2)
})

test('other options change the merge request that is open', async () => {
  await proposePipeline(asHanako(), wish())
  const { became, mergeRequest } = await proposePipeline(asHanako(), wish({ variant: 'heroku' }))
  expect({ became, iid: mergeRequest.iid }).toEqual({ became: 'changed', iid: 1 })
  expect(fake.gitlab.files[branchOf(fake.gitlab.changes[0])]?.['.gitlab-ci.yml']).toContain('dpl heroku')
})

test('what somebody worked into it is not overwritten', async () => {
  await proposePipeline(asHanako(), wish())
  fake.gitlab.heads[branchOf(fake.gitlab.changes[0])] = 'Run the linter too'
  const error = await refusal(proposePipeline(asHanako(), wish({ variant: 'heroku' })))
  expect(error).toMatchObject({ kind: 'refused', message: expect.stringContaining('merge it or close it first') })
})

test('the jobs of a file that is there are in what is proposed', async () => {
  fake.gitlab.files.master = { '.gitlab-ci.yml': '# Ours.\nlint:\n  script: rubocop\n' }
  await proposePipeline(asHanako(), wish())
  const file = fake.gitlab.files[branchOf(fake.gitlab.changes[0])]?.['.gitlab-ci.yml']
  expect(file).toMatch(/^stages:[\s\S]*# Ours\.\nlint:\n {2}script: rubocop\n[\s\S]*stop_review:/)
})

describe('nothing is proposed, and the audit says why,', () => {
  const refused = async (ctx: Context, more: Partial<PipelineOptions> = {}) => {
    const error = await refusal(proposePipeline(ctx, wish(more)))
    expect(fake.gitlab.changes).toEqual([])
    expect(await audit()).toMatchObject([{ action: 'pipeline.propose', words: error.message }])
    return error
  }

  test('for who may only look', async () => {
    expect((await refused({ ...fake.ctx, actor: onlooker })).kind).toBe('forbidden')
  })

  test('for who does not see the project', async () => {
    expect((await refused({ ...fake.ctx, actor: member(null) })).kind).toBe('not-found')
  })

  test('when GitLab’s lint refuses it, in GitLab’s words', async () => {
    fake.gitlab.lint = { valid: false, errors: ['jobs:rake config no'], warnings: [], mergedYaml: null }
    expect((await refused(asHanako())).message).toContain('jobs:rake config no')
  })

  test('when the repository has it already', async () => {
    const { file } = await draftPipeline(asHanako(), wish())
    fake.gitlab.files.master = { '.gitlab-ci.yml': file }
    expect((await refused(asHanako())).message).toContain('already')
  })

  test('when an option cannot be meant', async () => {
    expect((await refused(asHanako(), { reviewHost: '; rm' })).kind).toBe('invalid')
  })

  test('when the sign-in with GitLab has ended', async () => {
    fake.ended.add('person-7')
    expect((await refused(asHanako())).kind).toBe('forbidden')
  })

  test('when the file that is there cannot be read', async () => {
    fake.gitlab.files.master = { '.gitlab-ci.yml': 'a: [' }
    expect((await refused(asHanako())).message).toContain('cannot be merged')
  })
})

test('a draft says what changes, what GitLab’s lint says, and whether the review app will stop', async () => {
  const mergedYaml = 'review:\n  script: a\n  environment:\n    name: review/$CI_COMMIT_REF_SLUG\n'
  fake.gitlab.lint = { valid: true, errors: [], warnings: ['careful'], mergedYaml }
  const draft = await draftPipeline(asHanako(), wish())
  expect(draft).toMatchObject({
    existing: null,
    lint: { valid: true, warnings: ['careful'] },
    forecasts: [{ deployJob: 'review', willStop: false }],
    decision: { allowed: true },
  })
  expect(draft.changes.flatMap(({ lines }) => lines).every(({ kind }) => kind === 'added')).toBe(true)
  expect(await audit()).toEqual([])
})
