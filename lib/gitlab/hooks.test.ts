import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { scriptedGitlab } from './scripted-gitlab.ts'

const recorded = JSON.parse(readFileSync(new URL('./recordings/project_hook_get.json', import.meta.url), 'utf8'))
const path = '/projects/42/hooks'
const wish = { url: 'https://berth.example.jp/api/webhooks/gitlab/42', token: 'a token' }

test('hooks are read with what GitLab thinks of them', async () => {
  const { gitlab } = await scriptedGitlab([
    {
      expect: `GET ${path}?page=1&per_page=100`,
      json: [
        recorded,
        { ...recorded, id: 2, alert_status: 'disabled', disabled_until: null },
        { id: 3, url: 'http://an.old.gitlab/hook' },
      ],
    },
  ])
  expect(await gitlab.hooks(42)).toEqual([
    { id: 1, url: 'http://example.com/hook', status: 'executable' },
    { id: 2, url: 'http://example.com/hook', status: 'disabled' },
    { id: 3, url: 'http://an.old.gitlab/hook', status: null },
  ])
})

test('a hook is added and changed with its token in the body, for the events that say something to Berth', async () => {
  const { gitlab, requests } = await scriptedGitlab([
    { expect: `POST ${path}`, status: 201, json: recorded },
    { expect: `PUT ${path}/1`, json: recorded },
  ])
  expect(await gitlab.addHook(42, wish)).toMatchObject({ id: 1, status: 'executable' })
  await gitlab.changeHook(42, 1, wish)
  for (const { body } of requests) {
    expect(JSON.parse(body)).toEqual({
      ...wish,
      push_events: true,
      tag_push_events: true,
      merge_requests_events: true,
      pipeline_events: true,
      job_events: true,
      deployment_events: true,
    })
  }
})

test('a hook is removed, which GitLab answers with nothing', async () => {
  const { gitlab } = await scriptedGitlab([{ expect: `DELETE ${path}/1`, status: 204 }])
  await gitlab.removeHook(42, 1)
})

test('a test that the receiver did not take is refused in its words', async () => {
  const { gitlab } = await scriptedGitlab([
    { expect: `POST ${path}/1/test/push_events`, status: 201, json: { message: '201 Created' } },
    { expect: `POST ${path}/1/test/push_events`, status: 422, json: { message: 'Connection refused' } },
  ])
  await gitlab.testHook(42, 1)
  await expect(gitlab.testHook(42, 1)).rejects.toMatchObject({
    kind: 'refused',
    message: expect.stringContaining('Connection refused'),
  })
})

test.each([
  [403, { message: '403 Forbidden' }, 'forbidden'],
  [422, { error: 'Invalid url given' }, 'refused'],
])('a refusal by %i keeps GitLab’s words', async (status, json, kind) => {
  const { gitlab } = await scriptedGitlab([{ expect: `POST ${path}`, status, json }])
  await expect(gitlab.addHook(42, wish)).rejects.toMatchObject({
    kind,
    message: expect.stringContaining(Object.values(json)[0] ?? ''),
  })
})
