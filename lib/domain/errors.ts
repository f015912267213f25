import type { Guard } from './guard.ts'

/**
 * The five ways in which something can fail, told apart because callers act differently on each:
 * `not-found` (it is not there), `forbidden` (the actor may not), `invalid` (the input cannot be meant),
 * `refused` (a rule, or the other system, said no; its words are kept), `unavailable` (down, slow, limited: try later).
 */
export type ErrorKind = 'not-found' | 'forbidden' | 'invalid' | 'refused' | 'unavailable'

/** Who said it. `berth` for Berth's own rules. */
export type System = 'gitlab' | 'dokku' | 'heroku' | 'database' | 'berth'

const mark = Symbol.for('berth.error')

/**
 * The only error that `lib/` throws on purpose. `message` is written for a person and holds no secret.
 *
 * `instanceof` goes by a mark: Next bundles pages and routes apart, so one process holds several copies of this class, and
 * what the shared world throws may be of another copy than the one that asks.
 */
export class BerthError extends Error {
  static override [Symbol.hasInstance](value: unknown): value is BerthError {
    return typeof value === 'object' && value !== null && mark in value
  }

  readonly [mark] = true
  override readonly name = 'BerthError'
  readonly kind: ErrorKind
  readonly system: System
  /** Seconds after which asking again makes sense, when the other system said so. */
  readonly retryAfterSeconds: number | null
  /** What would have to be given for it to be allowed, or why nothing helps. */
  readonly demands: readonly Guard[]

  constructor(
    kind: ErrorKind,
    system: System,
    message: string,
    more: { cause?: unknown; retryAfterSeconds?: number; demands?: readonly Guard[] } = {},
  ) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause })
    this.kind = kind
    this.system = system
    this.retryAfterSeconds = more.retryAfterSeconds ?? null
    this.demands = more.demands ?? []
  }
}

/** The source answered, and what was asked for is not there. */
export const isNotFound = (error: unknown): boolean => error instanceof BerthError && error.kind === 'not-found'

/** The shape in which a failure is stored and shown. */
export interface Failure {
  kind: ErrorKind
  system: System
  message: string
  /** Only of a refusal that something would lift. */
  demands?: readonly Guard[]
}

/** What may be stored and shown of any thrown value: Berth's own errors keep their words, an unexpected one keeps none. */
export function failureOf(error: unknown): Failure {
  if (error instanceof BerthError) {
    const { kind, system, message, demands } = error
    return { kind, system, message, ...(demands.length > 0 && { demands }) }
  }
  return {
    kind: 'unavailable',
    system: 'berth',
    message: 'Something unexpected went wrong; the server log has the details.',
  }
}
