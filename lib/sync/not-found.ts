import { BerthError } from '#lib/domain/errors.ts'

/** The source answered, and what was asked for is not there. */
export const isNotFound = (error: unknown): boolean => error instanceof BerthError && error.kind === 'not-found'
