import { expect, test } from 'vitest'
import type { Job } from './job.ts'
import type { RunStatus } from './pipeline.ts'
import { stopJobAmong } from './stop-job.ts'

const job = (id: number, name: string, status: RunStatus) => ({ id, name, status }) as Job
const before = [job(1, 'rake', 'success'), job(2, 'stop_review', 'manual'), job(3, 'seed', 'manual')]

test.each([
  [
    'the manual job that moved',
    [job(1, 'rake', 'success'), job(2, 'stop_review', 'pending'), job(3, 'seed', 'manual')],
    2,
  ],
  ['the new run of one that had ended', [job(1, 'rake', 'success'), job(9, 'stop_review', 'running')], 9],
  ['the one named like a stop when others moved too', [job(2, 'stop_review', 'running'), job(3, 'seed', 'running')], 2],
  ['whatever it is called when it alone moved', [job(2, 'stop_review', 'manual'), job(3, 'seed', 'pending')], 3],
  ['none while nothing moved', before, null],
  ['none when two could be it', [job(2, 'stop_review', 'running'), job(7, 'destroy_db', 'running')], null],
])('%s', (_name, after, id) => {
  expect(stopJobAmong(before, after)?.id ?? null).toBe(id)
})
