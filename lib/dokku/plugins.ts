import { plainLines, unreadable } from './output.ts'
import { jsonIn } from './reports.ts'

interface Plugin {
  name: string
  version: string
  enabled: boolean
  description: string
}

/** `dokku version 0.38.27` → `0.38.27` */
export function versionIn(text: string): string {
  const version = /^dokku version v?(\d+\.\d+\.\d+\S*)$/m.exec(plainLines(text).join('\n'))?.[1]
  if (version === undefined) throw unreadable('version', text)
  return version
}

/** What the plugins of a host make possible. */
export interface Plugins {
  /** Those that make services (`postgres`, `redis`, …). */
  servicePlugins: string[]
  /** Version of the `berth` plugin; `null` without it. */
  berthPlugin: string | null
}

/**
 * The enabled plugins of `plugin:list`, in either form. Service plugins share one family of commands, and the `plugin.toml`
 * of each describes it alike: `dokku postgres service plugin`.
 */
export function pluginsIn(text: string): Plugins {
  const plugins = jsonPlugins(text) ?? textPlugins(text)
  if (plugins.length === 0) throw unreadable('plugin:list', text)
  const enabled = plugins.filter((plugin) => plugin.enabled)
  return {
    servicePlugins: enabled
      .filter(({ description }) => /\bservice plugin\b/i.test(description))
      .map(({ name }) => name),
    berthPlugin: enabled.find(({ name }) => name === 'berth')?.version ?? null,
  }
}

function jsonPlugins(text: string): Plugin[] | undefined {
  return jsonIn(text, (value) => Array.isArray(value) && value.every(isPlugin)) as Plugin[] | undefined
}

function isPlugin(value: unknown): value is Plugin {
  const plugin = value as Partial<Plugin> | null
  return (
    typeof plugin?.name === 'string' &&
    typeof plugin.version === 'string' &&
    typeof plugin.enabled === 'boolean' &&
    typeof plugin.description === 'string'
  )
}

function textPlugins(text: string): Plugin[] {
  return plainLines(text).flatMap((line) => {
    const [, name, version = '', state, description = ''] =
      /^\s+(\S+)\s+(\S+) (enabled|disabled)\s+(.*)$/.exec(line) ?? []
    return name === undefined ? [] : [{ name, version, enabled: state === 'enabled', description }]
  })
}
