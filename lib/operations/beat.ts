import type { Transaction } from '#lib/db/client.ts'
import type { StoredOperation } from '#lib/db/operations.ts'
import type { ErrorKind, System } from '#lib/domain/errors.ts'
import type { StepName } from '#lib/domain/operation.ts'
import type { Gitlab } from '#lib/gitlab/index.ts'
import type { World } from '../context.ts'

/** The beats that come after deciding; each can be entered again by another process, from what GitLab and Dokku say then. */
export type BeatName = Exclude<StepName, 'decide'>

/**
 * How a beat ended. A thrown `BerthError` is a failed beat; `canceled` is for a job that somebody canceled in GitLab.
 * `kind` and `system` say what failed.
 */
export type Outcome =
  | { status: 'done' | 'skipped'; words: string }
  | { status: 'failed' | 'canceled'; words: string; kind: ErrorKind; system: System }

/** An operation in the hands of one process. Every write throws `LeaseLost` once another process holds it. */
export interface Held<Plan> {
  readonly world: World
  readonly operation: Readonly<StoredOperation>
  readonly plan: Readonly<Plan>
  /** GitLab as whoever asked for the operation, for every call that changes something. `forbidden` when their sign-in has ended. */
  acting(): Promise<Gitlab>
  /** A person waits for the answer: what takes long is left to the worker. */
  readonly hurried: boolean
  /** When the present beat was first entered, by whichever process. */
  readonly enteredAt: Date
  /** Says what is happening now; writes and publishes only when the words are new. */
  say(words: string): Promise<void>
  remember(change: { plan?: Partial<Plan>; jobId?: number }): Promise<void>
  /** Throws `LeaseLost` unless it is still held: the last thing before a POST. */
  assure(): Promise<void>
  /** Writes more than the operation itself, in one transaction that commits only while it is still held. */
  commit(write: (transaction: Transaction) => Promise<unknown>): Promise<void>
  /** Rejects at once when the process stops. */
  pause(milliseconds: number): Promise<void>
  /** Aborted when the process stops or another one holds the operation: ends a long command on its host. */
  readonly signal: AbortSignal
}

/** `later` leaves the beat to the worker: what a hurried one answers when its work takes long. */
export type Beat<Plan> = (held: Held<Plan>) => Promise<Outcome | 'later'>

export type Beats<Plan> = Record<BeatName, Beat<Plan>>

export const done = (words: string): Outcome => ({ status: 'done', words })
export const skipped = (words: string): Outcome => ({ status: 'skipped', words })
export const failed = (system: System, words: string, kind: ErrorKind = 'refused'): Outcome => ({
  status: 'failed',
  words,
  kind,
  system,
})
export const canceled = (words: string, system: System = 'gitlab'): Outcome => ({
  status: 'canceled',
  words,
  kind: 'refused',
  system,
})
