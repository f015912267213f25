import { BerthError, type ErrorKind } from '#lib/domain/errors.ts'
import { type CommandOutput, excerpt, plainLines } from './output.ts'

/**
 * The error that a failed command means. Any exit code but 0 is a failure; the code alone tells little (a missing app is
 * 20, a missing service 1), so Dokku's words decide, and are kept.
 */
export function commandFailure(command: string, host: string, output: CommandOutput): BerthError {
  const words = reason(output)
  return new BerthError(
    failureKind(output, words),
    'dokku',
    `${command} on Dokku host "${host}" ${said(words, output)}`,
  )
}

/**
 * The error that a failed change means. It may have printed a whole build, full of warnings and of an app's own words, so
 * the last of what Dokku marked decides, and only what is said of the thing itself makes it missing.
 */
export function changeFailure([command = '', name = '']: string[], host: string, output: CommandOutput): BerthError {
  const words = lastReason(output)
  const kind = isCutOff(output) ? 'unavailable' : saysMissing(output, name) ? 'not-found' : 'refused'
  return new BerthError(kind, 'dokku', `${command} ${name} on Dokku host "${host}" ${said(words, output)}`)
}

/** Whether the command failed because what it names is not there. */
export const saysMissing = (output: CommandOutput, name: string): boolean =>
  output.exitCode !== 0 &&
  !isCutOff(output) &&
  markedLines(output).some((line) => line.endsWith(` ${name} does not exist`))

/** Whether a start of any kind did nothing, since there is nothing to start; Dokku calls that success. */
export const saysUndeployed = (output: CommandOutput, app: string): boolean =>
  markedLines(output).includes(`App ${app} has not been deployed`)

/** Whether there was no deploy lock to take away: one that is there but cannot be removed is warned about first. */
export function saysUnlocked(output: CommandOutput): boolean {
  const lines = markedLines(output)
  return lines.includes('Unable to remove deploy lock') && !lines.some((line) => /deploy may be in progress/.test(line))
}

/** Whether the host does not know the command: its plugin is not installed, or too old. */
export const isUnknownCommand = (output: CommandOutput): boolean =>
  output.exitCode !== 0 && / is not a dokku command/.test(output.stderr)

/** Whether the command failed over a flag that this version of Dokku does not have. */
export const isRefusedFlag = (output: CommandOutput): boolean =>
  output.exitCode !== 0 && /\bflags?\b/i.test(output.stderr) && !isMissing(output.stderr)

function failureKind(output: CommandOutput, words: string): ErrorKind {
  if (isCutOff(output)) return 'unavailable'
  if (output.exitCode === 20 || isMissing(words)) return 'not-found'
  return 'refused'
}

/** A signal ended it, or SSH itself failed. */
const isCutOff = ({ exitCode }: CommandOutput): boolean => exitCode === null || exitCode === 255

const isMissing = (words: string): boolean => /\bdoes not exist\b/.test(words)

const said = (words: string, { exitCode }: CommandOutput): string =>
  words === '' ? `ended with exit code ${exitCode ?? 'none'}` : `said: ${words}`

/** Dokku marks what matters with ` !     `; the rest of stderr may be the host's noise. */
const reason = (output: CommandOutput): string =>
  excerpt(markedLines(output)[0] ?? plainLines(output.stderr).at(-1) ?? '')

const lastReason = ({ stdout, stderr }: CommandOutput): string =>
  excerpt(
    markedIn(stderr).at(-1) ?? markedIn(stdout).at(-1) ?? plainLines(stderr).at(-1) ?? plainLines(stdout).at(-1) ?? '',
  )

const markedLines = ({ stdout, stderr }: CommandOutput): string[] => [...markedIn(stderr), ...markedIn(stdout)]

/** The lines that bear Dokku's mark, without it. */
const markedIn = (text: string): string[] => plainLines(text).flatMap((line) => /^ ?! +(\S.*)$/.exec(line)?.[1] ?? [])
