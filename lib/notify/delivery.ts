/**
 * How a try ended, in words that name no secret. `failed` may go well another time, and says when the other side wants to be
 * asked again; `refused` will not.
 */
export type Delivery =
  | { status: 'sent'; words: string }
  | { status: 'failed'; words: string; retryAfterSeconds: number | null }
  | { status: 'refused'; words: string }

export const failed = (words: string, retryAfterSeconds: number | null = null): Delivery => ({
  status: 'failed',
  words,
  retryAfterSeconds,
})
export const refused = (words: string): Delivery => ({ status: 'refused', words })
