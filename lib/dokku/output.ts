import { BerthError } from '#lib/domain/errors.ts'

/** What a finished command left behind. */
export interface CommandOutput {
  /** `null` when a signal ended it. */
  exitCode: number | null
  stdout: string
  stderr: string
}

/** The lines with their colour codes and trailing blanks removed; empty ones are left out. */
export const plainLines = (text: string): string[] =>
  text
    .replaceAll(/\x1b\[[0-9;]*[A-Za-z]/g, '')
    .split(/\r?\n/)
    .map((line) => line.trimEnd())
    .filter((line) => line !== '')

/**
 * At most 200 characters of what a host said, without what looks like a password: lines that name one, also inside of
 * `SMTP_PASSWORD`, and the values of variables and addresses. Only the beginning is looked at.
 */
export function excerpt(text: string): string {
  const shown = plainLines(text.slice(0, 4000))
    .filter((line) => !/dsn\b|passw|passphrase|secret|token|credential/i.test(line))
    .map((line) =>
      line
        .trim()
        .replaceAll(/:\/\/\S+/g, '://…')
        .replaceAll(/\b([A-Z][A-Z0-9_]+)=\S.*/g, '$1=…'),
    )
    .join(' ')
    .replaceAll(/\p{Cc}/gu, ' ')
  return shown.length > 200 ? `${shown.slice(0, 199)}…` : shown
}

/** An answer that cannot be what the command prints. */
export function unreadable(command: string, text: string): BerthError {
  const shown = excerpt(text)
  const words = shown === '' ? 'nothing' : `"${shown}"`
  return new BerthError('unavailable', 'dokku', `Dokku's answer to ${command} cannot be read; it began with ${words}.`)
}
