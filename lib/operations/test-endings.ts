import { expect, vi } from 'vitest'
import type { BerthError } from '#lib/domain/errors.ts'
import type { Operation } from '#lib/domain/operation.ts'
import { operationDetail } from '#lib/queries/operation.ts'
import type { Context, World } from '../context.ts'
import type { FakeWorld } from './fake-world.ts'
import { followOperations } from './follow.ts'
import { mortal } from './mortal.ts'

/** Lets a worker carry the operation to its end. */
export async function ended({ id }: Pick<Operation, 'id'>, { world, ctx, pause }: FakeWorld): Promise<Operation> {
  const follower = await followOperations(world, { pollMs: 20, pause })
  try {
    return await vi.waitFor(
      async () => {
        const operation = await operationDetail(ctx, id)
        expect(operation.status).not.toBe('running')
        return operation
      },
      { timeout: 20_000, interval: 10 },
    )
  } finally {
    await follower.stop()
  }
}

/** What it was refused with. */
export const refusal = (operation: Promise<unknown>): Promise<BerthError> =>
  operation.then(
    () => expect.fail('It was not refused.'),
    (error: unknown) => error as BerthError,
  )

/**
 * Asks in a process that is killed around its `deathAt`-th call, lets a second one go on from there, and answers with what
 * became of it; `null` when it was never recorded.
 */
export async function survived(
  fake: FakeWorld,
  deathAt: number,
  wish: (ctx: Context) => Promise<Operation>,
): Promise<{ operation: Operation | null; wasKilled: boolean }> {
  const { world, isDead } = mortal(fake.world, deathAt)
  await wish({ ...world, actor: fake.ctx.actor }).catch(() => null)
  await carriedUntilDeath(world, isDead, fake)
  const { db } = fake.world
  const row = await db.operation.findFirst({ orderBy: { id: 'asc' } })
  if (row?.status === 'running') {
    await db.$executeRaw`UPDATE "Operation" SET "leaseUntil" = now() - interval '1 second' WHERE status = 'running'`
    await ended(row, fake)
  }
  return { operation: row && (await operationDetail(fake.ctx, row.id)), wasKilled: isDead() }
}

async function carriedUntilDeath(
  world: World,
  isDead: () => boolean,
  { pause, world: alive }: FakeWorld,
): Promise<void> {
  const follower = await followOperations(world, { pollMs: 10, pause })
  await vi.waitFor(
    async () => {
      const running = await alive.db.operation.count({ where: { status: 'running' } })
      expect(running === 0 || isDead()).toBe(true)
    },
    { timeout: 20_000, interval: 5 },
  )
  await follower.stop()
}
