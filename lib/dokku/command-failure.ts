import { BerthError, type ErrorKind } from '#lib/domain/errors.ts'
import { type CommandOutput, excerpt, plainLines } from './output.ts'

/**
 * The error that a failed command means. Any exit code but 0 is a failure; the code alone tells little (a missing app is
 * 20, a missing service 1), so Dokku's words decide, and are kept.
 */
export function commandFailure(command: string, host: string, output: CommandOutput): BerthError {
  const words = reason(output)
  const said = words === '' ? `ended with exit code ${output.exitCode ?? 'none'}` : `said: ${words}`
  return new BerthError(failureKind(output, words), 'dokku', `${command} on Dokku host "${host}" ${said}`)
}

/** Whether the host does not know the command: its plugin is not installed, or too old. */
export const isUnknownCommand = (output: CommandOutput): boolean =>
  output.exitCode !== 0 && / is not a dokku command/.test(output.stderr)

/** Whether the command failed over a flag that this version of Dokku does not have. */
export const isRefusedFlag = (output: CommandOutput): boolean =>
  output.exitCode !== 0 && /\bflags?\b/i.test(output.stderr) && !isMissing(output.stderr)

function failureKind(output: CommandOutput, words: string): ErrorKind {
  if (output.exitCode === null || output.exitCode === 255) return 'unavailable'
  if (output.exitCode === 20 || isMissing(words)) return 'not-found'
  return 'refused'
}

const isMissing = (words: string): boolean => /\bdoes not exist\b/.test(words)

/** Dokku marks what matters with ` !     `; the rest of stderr may be the host's noise. */
function reason(output: CommandOutput): string {
  const lines = [...plainLines(output.stderr), ...plainLines(output.stdout)]
  const marked = lines.find((line) => /^ ?! +\S/.test(line))
  return excerpt(marked?.replace(/^ ?! +/, '') ?? plainLines(output.stderr).at(-1) ?? '')
}
