import { plainLines, unreadable } from './output.ts'
import { jsonIn } from './reports.ts'

interface Plugin {
  name: string
  enabled: boolean
  description: string
}

/** `dokku version 0.38.27` → `0.38.27` */
export function versionIn(text: string): string {
  const version = /^dokku version v?(\d+\.\d+\.\d+\S*)$/m.exec(plainLines(text).join('\n'))?.[1]
  if (version === undefined) throw unreadable('version', text)
  return version
}

/**
 * The enabled plugins of `plugin:list`, in either form, that make services (`postgres`, `redis`, …). They share one family
 * of commands, and the `plugin.toml` of each describes it alike: `dokku postgres service plugin`.
 */
export function servicePlugins(text: string): string[] {
  const plugins = jsonPlugins(text) ?? textPlugins(text)
  if (plugins.length === 0) throw unreadable('plugin:list', text)
  return plugins
    .filter(({ enabled, description }) => enabled && /\bservice plugin\b/i.test(description))
    .map(({ name }) => name)
}

function jsonPlugins(text: string): Plugin[] | undefined {
  return jsonIn(text, (value) => Array.isArray(value) && value.every(isPlugin)) as Plugin[] | undefined
}

function isPlugin(value: unknown): value is Plugin {
  const plugin = value as Partial<Plugin> | null
  return (
    typeof plugin?.name === 'string' && typeof plugin.enabled === 'boolean' && typeof plugin.description === 'string'
  )
}

function textPlugins(text: string): Plugin[] {
  return plainLines(text).flatMap((line) => {
    const [, name, state, description] = /^\s+(\S+)\s+\S+ (enabled|disabled)\s+(.*)$/.exec(line) ?? []
    return name === undefined ? [] : [{ name, enabled: state === 'enabled', description: description ?? '' }]
  })
}
