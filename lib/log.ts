import { AsyncLocalStorage } from 'node:async_hooks'
import pino from 'pino'
import { redacted } from './domain/redaction.ts'

/** What every line that is written meanwhile should carry. */
const scope = new AsyncLocalStorage<{ requestId: string }>()

/** Lines within `work` carry the id of the request that caused them. */
export const withRequestId = <Result>(requestId: string, work: () => Result): Result => scope.run({ requestId }, work)

/**
 * One line of JSON each, on stdout. Texts of errors and messages lose whatever looks like a secret; values under names of
 * secrets are dropped. `log.error({ err }, 'What could not be done.')`.
 */
export const createLog = (destination?: pino.DestinationStream): pino.Logger =>
  pino(
    {
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (level) => ({ level }) },
      mixin: () => scope.getStore() ?? {},
      serializers: { err: describeError },
      redact: {
        paths: secretNames.flatMap((name) => [name, `*.${name}`]),
        censor: '…',
      },
      hooks: {
        logMethod(input, method) {
          method.apply(this, input.map((part) => (typeof part === 'string' ? redacted(part) : part)) as typeof input)
        },
      },
    },
    ...(destination ? [destination] : []),
  )

const secretNames = [
  'authorization',
  'cookie',
  'password',
  'secret',
  'token',
  'accessToken',
  'refreshToken',
  'privateKey',
]

/** An error as far as it may be told, with its causes. */
function describeError(error: unknown): object {
  if (!(error instanceof Error)) return { message: redacted(String(error)) }
  const { name, message, stack, cause } = error
  return {
    type: name,
    message: redacted(message),
    ...(stack && { stack: redacted(stack) }),
    ...(cause !== undefined && { cause: describeError(cause) }),
  }
}

export const log = createLog()
