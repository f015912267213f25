import { expect, test } from 'vitest'
import { rowDeployment } from './board-row.ts'
import type { DokkuEvent } from './dokku-app.ts'
import type { Operation } from './operation.ts'
import { minutesAgo, sampleDeployment } from './samples.ts'
import { timelineOf } from './timeline.ts'

const deployment = (minutes: number, iid = 1) =>
  rowDeployment(sampleDeployment({ iid, updatedAt: minutesAgo(minutes), job: null }), null)
const operation = (minutes: number) => ({ createdAt: minutesAgo(minutes) }) as Operation
const event = (minutes: number): DokkuEvent => ({
  at: minutesAgo(minutes),
  app: 'review-login',
  kind: 'died',
  process: 'web.1',
  words: 'web.1 ended with exit code 1.',
})
const wide = { deployments: 100, operations: 100, events: 100 }

test('what the three sources tell stands in one order, newest first', () => {
  const entries = timelineOf(
    { deployments: [deployment(5), deployment(50)], operations: [operation(20)], events: [event(10), event(60)] },
    wide,
  )
  expect(entries.map(({ kind, at }) => [kind, at])).toEqual([
    ['deployment', minutesAgo(5)],
    ['event', minutesAgo(10)],
    ['operation', minutesAgo(20)],
    ['deployment', minutesAgo(50)],
    ['event', minutesAgo(60)],
  ])
})

test('it ends where a source that was cut off ends', () => {
  const entries = timelineOf(
    { deployments: [deployment(5), deployment(500)], operations: [], events: [event(1), event(10)] },
    { ...wide, events: 2 },
  )
  expect(entries.map(({ at }) => at)).toEqual([minutesAgo(1), minutesAgo(5), minutesAgo(10)])
})

test('nothing happened', () => {
  expect(timelineOf({ deployments: [], operations: [], events: [] }, wide)).toEqual([])
})
