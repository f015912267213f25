import type { Failure } from '#lib/domain/errors.ts'

/** What a Server Action answers when somebody asked for a change: the operation that does it, or why there is none. */
export type Asked = { operationId: string } | { failure: Failure }
