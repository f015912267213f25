import type { Failure } from '#lib/domain/errors.ts'

/** What came of a press, in words. */
export type WebhookAnswer = { done: { words: string } } | { failure: Failure }
