import type { DokkuService } from '#lib/domain/dokku-app.ts'
import { BerthError } from '#lib/domain/errors.ts'
import { type CommandOutput, plainLines, unreadable } from './output.ts'
import { reportsByApp, valueIn } from './reports.ts'

/** Names of `postgres:list`, which knows no JSON. An answer that is empty without saying so is an error. */
export function serviceNames(plugin: string, output: CommandOutput): string[] {
  if (output.stdout.trim() === '' && /There are no .+ services/i.test(output.stderr)) return []
  const lines = plainLines(output.stdout)
  const heading = lines.findIndex((line) => /^=====> .+ services$/i.test(line))
  const names = lines.slice(heading + 1)
  if (heading === -1 || names.some((name) => !/^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(name)))
    throw unreadable(`${plugin}:list`, output.stdout)
  return names
}

/**
 * `postgres:info NAME`, which prints the DSN with its password among the rest: only the named values leave this function,
 * and its error quotes nothing.
 */
export function service(plugin: string, name: string, text: string): DokkuService {
  const info = text.includes('=====> ') ? reportsByApp(`${plugin}:info`, text).get(name) : undefined
  const links = info && valueIn(info, 'links')
  if (info === undefined || links === undefined)
    throw new BerthError('unavailable', 'dokku', `Dokku's answer to ${plugin}:info ${name} cannot be read.`)
  return {
    plugin,
    name,
    status: valueIn(info, 'status') || null,
    version: tagIn(valueIn(info, 'version') ?? '') || null,
    links: links.split(/[\s,]+/).filter((app) => app !== '' && app !== '-'),
    sizeBytes: null,
  }
}

/** `18.4` of `postgres:18.4`, as the `berth` plugin says it; an image without a tag stays as it is. */
const tagIn = (image: string): string => /:([^/:]+)$/.exec(image)?.[1] ?? image
