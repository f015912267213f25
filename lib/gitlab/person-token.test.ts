import { expect, test } from 'vitest'
import { BerthError } from '#lib/domain/errors.ts'
import { type Step, scriptedGitlab } from './scripted-gitlab.ts'

const refusal = { status: 401, json: { error: 'invalid_token', error_description: 'Token was revoked.' } }
const play: Step = { expect: 'POST /projects/42/jobs/7/play', ...refusal }

test('a request whose token has just ended is asked once more with the next one', async () => {
  const asked: (string | null)[] = []
  const { gitlab, requests } = await scriptedGitlab(
    [play, { ...play, status: 403, json: { message: '403 Forbidden' } }],
    {
      token: async (refused) => {
        asked.push(refused)
        return refused === null ? 'first' : 'second'
      },
    },
  )
  await expect(gitlab.playJob(42, 7)).rejects.toThrow('403 Forbidden')
  expect(asked).toEqual([null, 'first'])
  expect(requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer first', 'Bearer second'])
})

test('a token that GitLab does not take a second time tells the person to sign in, and nobody to look for Berth’s own', async () => {
  const { gitlab } = await scriptedGitlab([play, play], { token: async () => 'the same' })
  const failure = await gitlab.playJob(42, 7).catch((error: BerthError) => error)
  expect(failure).toMatchObject({ kind: 'forbidden' })
  expect(String(failure)).toContain('sign in again')
  expect(String(failure)).not.toContain('BERTH_GITLAB_TOKEN')
})

test('without a next one the request fails with its owner’s words', async () => {
  const { gitlab } = await scriptedGitlab([play], {
    token: async (refused) => {
      if (refused !== null) throw new BerthError('forbidden', 'gitlab', 'hanako’s sign-in has ended.')
      return 'first'
    },
  })
  await expect(gitlab.playJob(42, 7)).rejects.toThrow('hanako’s sign-in has ended.')
})

test('Berth’s own token is not asked for twice', async () => {
  const { gitlab } = await scriptedGitlab([{ expect: 'GET /projects/42/jobs/7', ...refusal }])
  await expect(gitlab.job(42, 7)).rejects.toThrow('or in BERTH_GITLAB_TOKEN')
})

test('a scope that a sign-in lacks is missing in GitLab’s application', async () => {
  const lacking = { status: 403, json: { error: 'insufficient_scope', scope: 'api' } }
  const { gitlab } = await scriptedGitlab([{ ...play, ...lacking }], { token: async () => 'first' })
  await expect(gitlab.playJob(42, 7)).rejects.toThrow(/needs api\. Give it to Berth's application in GitLab/)
})
