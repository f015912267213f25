import { randomUUID } from 'node:crypto'
import { type AuditEntry, appendAudit } from '#lib/db/audit.ts'
import type { Transaction } from '#lib/db/client.ts'
import { LeaseLost } from '#lib/db/lease.ts'
import { publish } from '#lib/db/notifications.ts'
import { tellOperation } from '#lib/db/operation-notices.ts'
import {
  type NewOperation,
  operationById,
  publicPart,
  recordOperation,
  releaseLease,
  runningOperation,
  type StoredOperation,
} from '#lib/db/operations.ts'
import type { Role } from '#lib/domain/access.ts'
import { BerthError, failureOf } from '#lib/domain/errors.ts'
import type { Operation, OperationKind, OperationStep } from '#lib/domain/operation.ts'
import { log } from '#lib/log.ts'
import type { Context } from '../context.ts'
import type { Beats } from './beat.ts'
import { carry, leaseSeconds, pause, whileHeld } from './carry.ts'
import { topicsOf } from './hold.ts'
import { projectNotFound, requireRole } from './require-role.ts'

/** What deciding came to: what will be done, in words and for the later beats. */
export interface Decided<Plan> {
  title: string
  words: string
  plan: Plan
  jobId: number | null
  /** What the audit keeps besides the input: before, after, what was overridden. */
  details?: AuditEntry['details']
  /** Written in the transaction that records the operation. */
  alongside?(transaction: Transaction, operationId: string): Promise<void>
}

export interface Wish<Plan> {
  kind: OperationKind
  projectId: number
  environmentId: number | null
  /** Two wishes with one subject are one operation while it runs. */
  subject: string
  /** What the audit calls it before anything is known of it. */
  target: string
  input: Record<string, string | number | boolean>
  /** Who may ask. */
  least: Role
  /** Re-reads the truth and asks the pure rule; throws what stands against it. */
  decide(): Promise<Decided<Plan>>
  /** Whether the operation that runs already is what is wished here, or why not. */
  sameWish?(running: Plan): boolean
  beats: Beats<Plan>
}

/**
 * The way of every operation: authorize, join the one that runs already, decide, write it down, act. The worker follows it
 * to its end (`followOperations`). Throws the reason when nothing was started; every attempt leaves an audit entry.
 */
export async function ask<Plan extends object>(ctx: Context, wish: Wish<Plan>): Promise<Operation> {
  try {
    requireRole(ctx.actor, wish.least, wish.projectId)
    await requireShown(ctx, wish.projectId)
    return (await joinRunning(ctx, wish)) ?? (await decideAndBegin(ctx, wish))
  } catch (error) {
    const { kind, message } = failureOf(error)
    const outcome = kind === 'unavailable' || kind === 'not-found' ? 'failed' : 'refused'
    await appendAudit(ctx.db, { ...entryOf(ctx, wish), outcome, words: message })
    throw error
  }
}

async function decideAndBegin<Plan extends object>(ctx: Context, wish: Wish<Plan>): Promise<Operation> {
  let decided: Decided<Plan>
  try {
    decided = await wish.decide()
  } catch (error) {
    // Somebody who asked at the same moment may have begun: what speaks against a second one is then the first.
    const joined = await joinRunning(ctx, wish)
    if (joined) return joined
    throw error
  }
  return begin(ctx, wish, decided)
}

async function begin<Plan extends object>(ctx: Context, wish: Wish<Plan>, decided: Decided<Plan>): Promise<Operation> {
  const lease = { owner: `request ${randomUUID()}`, seconds: leaseSeconds }
  const { operation, isNew } = await ctx.db.$transaction(async (tx) => {
    const recorded = await recordOperation(tx, newOperation(ctx, wish, decided), lease)
    if (recorded.isNew) {
      await decided.alongside?.(tx, recorded.operation.id)
      await tellOperation(tx, recorded.operation, decided.words, recorded.operation.createdAt)
      await appendAudit(tx, {
        ...entryOf(ctx, wish),
        details: { ...wish.input, ...decided.details },
        target: decided.title,
        operationId: recorded.operation.id,
        outcome: 'requested',
        words: decided.words,
      })
      await publish(tx, topicsOf(recorded.operation))
    }
    return recorded
  })
  if (!isNew) return join(ctx, wish, operation)
  try {
    const grip = { lease, hurried: true, pause }
    await whileHeld(ctx, operation.id, grip, (held) => carry(ctx, operation, wish.beats, held, 'act'))
  } catch (error) {
    // It is written down: the worker takes it up from here, whatever went wrong in this process.
    if (!(error instanceof LeaseLost)) log.error({ err: error }, `Operation ${operation.id} goes on in the worker.`)
  }
  await releaseLease(ctx.db, operation.id, lease.owner)
  await publish(ctx.db, topicsOf(operation))
  return publicPart((await operationById(ctx.db, operation.id)) ?? operation)
}

/** `null` when none with this subject runs. */
async function joinRunning<Plan>(ctx: Context, wish: Wish<Plan>): Promise<Operation | null> {
  const running = await runningOperation(ctx.db, wish.subject)
  return running && join(ctx, wish, running)
}

async function join<Plan>(ctx: Context, wish: Wish<Plan>, running: StoredOperation): Promise<Operation> {
  if (wish.sameWish && !wish.sameWish(running.plan as Plan)) {
    throw new BerthError('refused', 'berth', `${running.title} is running; wait for its end and look again.`)
  }
  await appendAudit(ctx.db, {
    ...entryOf(ctx, wish),
    target: running.title,
    operationId: running.id,
    outcome: 'requested',
    words: 'Asked again while it runs: the operation that runs is the answer.',
  })
  return publicPart(running)
}

/** Berth's token may reach further than the projects that Berth shows. */
export async function requireShown(ctx: Context, projectId: number): Promise<void> {
  const project = await ctx.db.project.findUnique({ where: { id: projectId }, select: { id: true } })
  if (!project) throw projectNotFound(projectId)
}

function newOperation<Plan extends object>(ctx: Context, wish: Wish<Plan>, decided: Decided<Plan>): NewOperation {
  const asOf = ctx.now()
  const waiting = (name: OperationStep['name']): OperationStep => ({
    name,
    status: 'waiting',
    words: '',
    startedAt: null,
    endedAt: null,
  })
  return {
    kind: wish.kind,
    projectId: wish.projectId,
    environmentId: wish.environmentId,
    activeSubject: wish.subject,
    input: wish.input,
    title: decided.title,
    plan: { ...decided.plan } as Record<string, unknown>,
    jobId: decided.jobId,
    steps: [
      { name: 'decide', status: 'done', words: decided.words, startedAt: asOf, endedAt: asOf },
      waiting('act'),
      waiting('follow'),
      waiting('verify'),
    ],
    requestedBy: ctx.actor.name,
    requestedById: ctx.actor.personId,
    requestedVia: ctx.actor.via,
    createdAt: asOf,
  }
}

function entryOf<Plan>(ctx: Context, wish: Wish<Plan>): Omit<AuditEntry, 'outcome' | 'words'> {
  return {
    at: ctx.now(),
    actor: ctx.actor,
    action: wish.kind,
    projectId: wish.projectId,
    target: wish.target,
    details: wish.input,
  }
}
