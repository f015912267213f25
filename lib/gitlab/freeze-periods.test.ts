import { expect, test } from 'vitest'
import { scriptedGitlab } from './scripted-gitlab.ts'

const list = 'GET /projects/42/freeze_periods?page=1&per_page=100'

test('freeze periods are read as they are written', async () => {
  const { gitlab } = await scriptedGitlab([
    {
      expect: list,
      json: [
        {
          id: 3,
          freeze_start: '0 23 * * 5',
          freeze_end: '0 7 * * 1',
          cron_timezone: 'Asia/Tokyo',
          created_at: '2026-11-01T10:00:00.000Z',
          updated_at: '2026-11-01T10:00:00.000Z',
        },
        { id: 4, freeze_start: 'on Fridays', freeze_end: '', cron_timezone: null },
      ],
    },
  ])
  expect(await gitlab.freezePeriods(42)).toEqual([
    { id: 3, freezeStart: '0 23 * * 5', freezeEnd: '0 7 * * 1', timeZone: 'Asia/Tokyo' },
    { id: 4, freezeStart: 'on Fridays', freezeEnd: '', timeZone: 'UTC' },
  ])
})

test('who may not read them gets an error, not an empty list', async () => {
  const { gitlab } = await scriptedGitlab([{ expect: list, status: 403, json: { message: '403 Forbidden' } }])
  await expect(gitlab.freezePeriods(42)).rejects.toMatchObject({ kind: 'forbidden' })
})
