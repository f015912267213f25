import { notFound } from 'next/navigation'
import { BerthError, type Failure, failureOf } from '#lib/domain/errors.ts'

/**
 * A read for a page: what is absent becomes the not-found page, what is not available yet becomes a value that the page
 * words; anything unexpected goes on to the error page.
 */
export async function present<Value extends object>(read: Promise<Value>): Promise<Value | { failure: Failure }> {
  try {
    return await read
  } catch (error) {
    if (!(error instanceof BerthError)) throw error
    if (error.kind === 'not-found') return notFound()
    return { failure: failureOf(error) }
  }
}
