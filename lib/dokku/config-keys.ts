import { BerthError } from '#lib/domain/errors.ts'
import { plainLines } from './output.ts'

/**
 * Names of `config:keys APP`, sorted; `[]` for an app without variables, which prints nothing. Whatever is no name is dropped
 * here, and the error quotes nothing: beside names there are only values.
 */
export function configKeys(app: string, text: string): string[] {
  const lines = plainLines(text)
  const names = lines.filter((line) => /^[A-Za-z_][A-Za-z0-9_]*$/.test(line))
  if (names.length === 0 && lines.length > 0)
    throw new BerthError('unavailable', 'dokku', `Dokku's answer to config:keys ${app} cannot be read.`)
  return [...new Set(names)].sort()
}
