import { beforeEach, describe, expect, test } from 'vitest'
import type { Actor } from '#lib/domain/access.ts'
import { BerthError } from '#lib/domain/errors.ts'
import type { Operation } from '#lib/domain/operation.ts'
import type { Context } from '../context.ts'
import { cancelJob } from './cancel-job.ts'
import { member, stagingSha } from './fake-world.ts'
import { promote } from './promote.ts'
import { retryJob } from './retry-job.ts'
import { stopReviewApp } from './stop.ts'
import { ended } from './test-endings.ts'
import { database, fake, givenFreshWorlds } from './test-world.ts'

givenFreshWorlds()

const hanako: Actor = { ...member('maintainer', { name: 'hanako' }), personId: 'person-7' }
const asHanako = (): Context => ({ ...fake.ctx, actor: hanako })

const wishes: [string, () => Promise<Operation>][] = [
  ['promote', () => promote(asHanako(), { projectId: 42, environmentId: 2, sha: stagingSha })],
  ['stop', () => stopReviewApp(asHanako(), { projectId: 42, environmentId: 3 })],
  ['retry', () => retryJob(asHanako(), { projectId: 42, jobId: 9 })],
  ['cancel', () => cancelJob(asHanako(), { projectId: 42, jobId: 10 })],
]

describe.each(wishes)('%s', (_name, wish) => {
  beforeEach(() => {
    fake.gitlab.changes = []
  })

  test('is done at GitLab as the person who asked, and only once that was sure', async () => {
    const operation = await ended(await wish(), fake)
    expect(operation).toMatchObject({ status: 'succeeded', requestedBy: 'hanako' })
    expect(fake.gitlab.changes).toHaveLength(1)
    expect(fake.actedAs).toEqual(['person-7'])
    expect(operation).not.toHaveProperty('requestedById')
  })

  test('fails truthfully when their sign-in has ended meanwhile, and changes nothing', async () => {
    fake.ended.add('person-7')
    const operation = await ended(await wish(), fake)
    expect(operation).toMatchObject({
      status: 'failed',
      failure: { kind: 'forbidden', message: expect.stringMatching(/sign-in with GitLab has ended: sign in again/) },
    })
    expect(fake.gitlab.changes).toEqual([])
    const entries = await database.db.auditEntry.findMany({ orderBy: { id: 'asc' } })
    expect(entries.map(({ actor, outcome }) => [actor, outcome])).toEqual([
      ['hanako', 'requested'],
      ['hanako', 'failed'],
    ])
  })
})

test('GitLab’s own no to the person ends the operation with its words', async () => {
  const error = new BerthError(
    'forbidden',
    'gitlab',
    'GitLab (git) answered to POST /projects/42/jobs/7/play: 403 Forbidden',
  )
  fake.gitlab.failures = [{ method: 'playJob', error }]
  const operation = await ended(await promote(asHanako(), { projectId: 42, environmentId: 2, sha: stagingSha }), fake)
  expect(operation).toMatchObject({ status: 'failed', failure: { kind: 'forbidden', message: error.message } })
})

test('what somebody without a person asks for is done with Berth’s own token', async () => {
  await ended(await stopReviewApp(fake.ctx, { projectId: 42, environmentId: 3 }), fake)
  expect(fake.actedAs).toEqual([null])
})
