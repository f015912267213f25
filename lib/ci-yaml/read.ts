import { parse } from 'yaml'
import { BerthError } from '#lib/domain/errors.ts'

/** A pipeline's file as plain values: its jobs, hidden ones too, and what is set for all of them. */
export type CiConfig = Record<string, unknown>

/** Reads what GitLab's lint wrote out (`mergedYaml`), or a file without includes. Throws `invalid`. */
export function readCiYaml(text: string): CiConfig {
  let value: unknown
  try {
    value = parse(text, { version: '1.1', merge: true, logLevel: 'silent' })
  } catch (error) {
    throw new BerthError(
      'invalid',
      'berth',
      `This is no YAML: ${error instanceof Error ? firstLine(error.message) : ''}`,
    )
  }
  if (value !== null && typeof value === 'object' && !Array.isArray(value)) return { ...value }
  throw new BerthError('invalid', 'berth', 'A pipeline’s file is a list of jobs by name.')
}

export const firstLine = (words: string): string => words.split('\n', 1)[0]?.replace(/:$/, '.') ?? ''
