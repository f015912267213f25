import { appendAudit } from '#lib/db/audit.ts'
import { publish } from '#lib/db/notifications.ts'
import { tellOperation } from '#lib/db/operation-notices.ts'
import {
  changeOperation,
  endOperation,
  type Lease,
  type OperationChange,
  renewLease,
  type StoredOperation,
} from '#lib/db/operations.ts'
import type { Failure } from '#lib/domain/errors.ts'
import type { OperationStatus, OperationStep, StepName } from '#lib/domain/operation.ts'
import type { World } from '../context.ts'
import type { BeatName, Held } from './beat.ts'

/** How an operation is held: by whom, and what interrupts it. */
export interface Grip {
  lease: Lease
  hurried: boolean
  /** Aborted when the process stops or the lease is lost. */
  signal: AbortSignal
  /** Waits; rejects when `signal` aborts. Tests give one that moves their clock. */
  pause(milliseconds: number, signal: AbortSignal): Promise<void>
}

export interface Grasp extends Held<Record<string, unknown>> {
  enter(beat: BeatName): Promise<void>
  leave(beat: BeatName, end: Pick<OperationStep, 'status' | 'words'>): Promise<void>
  end(status: Exclude<OperationStatus, 'running'>, failure: Failure | null, words: string): Promise<void>
}

/** Takes an operation in hand: a copy that every write brings up to date, here and in the database. */
export function hold(world: World, stored: StoredOperation, grip: Grip): Grasp {
  const operation = structuredClone(stored)
  const { id } = operation
  const { owner } = grip.lease
  let present: StepName = 'act'

  const stepOf = (name: StepName): OperationStep => {
    const step = operation.steps.find((candidate) => candidate.name === name)
    if (!step) throw new Error(`Operation ${id} has no step ${name}.`)
    return step
  }

  async function write(change: OperationChange): Promise<void> {
    await world.db.$transaction(async (tx) => {
      await changeOperation(tx, id, owner, change)
      await publish(tx, topicsOf(operation))
    })
  }

  return {
    world,
    operation,
    acting: () => world.gitlabAs(operation.requestedById),
    hurried: grip.hurried,
    get plan() {
      return operation.plan
    },
    get enteredAt() {
      return stepOf(present).startedAt ?? world.now()
    },
    async say(words) {
      const step = stepOf(present)
      if (step.words === words) return
      step.words = words
      await write({ steps: operation.steps })
    },
    async remember({ plan, jobId }) {
      if (plan) operation.plan = { ...operation.plan, ...plan }
      if (jobId !== undefined) operation.jobId = jobId
      await write({ plan: operation.plan, jobId: operation.jobId })
    },
    assure: () => renewLease(world.db, id, grip.lease),
    async commit(work) {
      await world.db.$transaction(async (tx) => {
        await changeOperation(tx, id, owner, {})
        await work(tx)
        await publish(tx, topicsOf(operation))
      })
    },
    pause: (milliseconds) => grip.pause(milliseconds, grip.signal),
    signal: grip.signal,
    async enter(beat) {
      present = beat
      const step = stepOf(beat)
      if (step.status === 'running') return
      Object.assign(step, { status: 'running', startedAt: world.now() })
      await write({ steps: operation.steps })
    },
    async leave(beat, { status, words }) {
      Object.assign(stepOf(beat), { status, words, endedAt: world.now() })
      await write({ steps: operation.steps })
    },
    async end(status, failure, words) {
      const endedAt = world.now()
      for (const step of operation.steps) {
        if (step.status === 'running') Object.assign(step, { status: 'failed', words, endedAt })
        if (step.status === 'waiting') Object.assign(step, { status: 'skipped', words: 'It did not come to this.' })
      }
      Object.assign(operation, { status, failure, endedAt })
      await world.db.$transaction(async (tx) => {
        await endOperation(tx, id, owner, { status, steps: operation.steps, failure, endedAt })
        await tellOperation(tx, operation, words, endedAt)
        await appendAudit(tx, { ...endEntry(operation), at: endedAt, outcome: status, words })
        await publish(tx, topicsOf(operation))
      })
    },
  }
}

/** Who sees that it moved. */
export function topicsOf(operation: Pick<StoredOperation, 'id' | 'projectId' | 'environmentId'>): string[] {
  const { id, projectId, environmentId } = operation
  return [
    `operation:${id}`,
    `project:${projectId}`,
    ...(environmentId === null ? [] : [`environment:${environmentId}`]),
  ]
}

/** The end is Berth's word about what somebody asked for; the request's own entry names that person. */
function endEntry(operation: StoredOperation) {
  return {
    actor: { name: operation.requestedBy, via: 'system' as const },
    action: operation.kind,
    projectId: operation.projectId,
    target: operation.title,
    operationId: operation.id,
  }
}
