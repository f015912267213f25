import { type CollectionTag, parseDocument, stringify } from 'yaml'

/** What a `.gitlab-ci.yml` says, as plain values. */
export type Config = Record<string, unknown>

/** A file that GitLab cannot read so far that it could be checked. */
export class ConfigError extends Error {}

/** `!reference [.setup, script]`, until it is looked up. */
class Reference {
  readonly path: string[]
  constructor(path: string[]) {
    this.path = path
  }
}

const reference: CollectionTag = {
  tag: '!reference',
  collection: 'seq',
  resolve: (list) => new Reference(list.items.map(String)),
}

export const isRecord = (value: unknown): value is Config =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Reference)

/** Reads YAML as Ruby's Psych does: version 1.1, so that `on` is `true`, and `<<` merges. */
function parse(content: string): Config {
  const document = parseDocument(content, { version: '1.1', customTags: (tags) => [...tags, reference] })
  const [flaw] = document.errors
  if (flaw) {
    const place = flaw.linePos?.[0]
    const words = flaw.message.split(' at line ', 1)[0] ?? flaw.message
    throw new ConfigError(`(<unknown>): ${words} at line ${place?.line ?? 1} column ${place?.col ?? 1}`)
  }
  let value: unknown
  try {
    value = document.toJS()
  } catch (error) {
    throw new ConfigError(error instanceof Error ? error.message : 'Unknown alias')
  }
  if (!isRecord(value)) throw new ConfigError('Invalid configuration format')
  return value
}

/** GitLab lays a hash over another key by key, and replaces everything else. */
function merged(below: unknown, above: unknown): unknown {
  if (!isRecord(below) || !isRecord(above)) return above
  const result: Config = { ...below }
  for (const [key, value] of Object.entries(above)) result[key] = key in below ? merged(below[key], value) : value
  return result
}

function included(config: Config, fileOf: (path: string) => string | null, seen: string[]): Config {
  const { include, ...own } = config
  if (include === undefined) return config
  const wanted = Array.isArray(include) ? include : [include]
  const below = wanted.map((entry): Config => {
    const { local, template, remote, project, component }: Config = isRecord(entry) ? entry : { local: entry }
    // The stand-in knows nothing beyond its own repositories.
    const elsewhere = template ?? remote ?? project ?? component
    if (elsewhere !== undefined) throw new ConfigError(`Included file \`${elsewhere}\` is empty or does not exist!`)
    const path = String(local).replace(/^\//, '')
    const content = fileOf(path)
    if (content === null) throw new ConfigError(`Local file \`${path}\` does not exist!`)
    if (seen.length >= 150) throw new ConfigError('Maximum of 150 nested includes are allowed!')
    return included(parse(content), fileOf, [...seen, path])
  })
  return merged(
    below.reduce((left, right) => merged(left, right) as Config, {}),
    own,
  ) as Config
}

function extended(config: Config, name: string, above: string[] = []): Config {
  const job = config[name]
  if (!isRecord(job) || job.extends === undefined) return job as Config
  if (above.includes(name)) throw new ConfigError(`${above[0]}: circular dependency detected in \`extends\``)
  if (above.length > 10) throw new ConfigError(`${above[0]}: nesting too deep in \`extends\``)
  const { extends: wanted, ...own } = job
  const names = (Array.isArray(wanted) ? wanted : [wanted]).map(String)
  const unknown = names.filter((base) => !isRecord(config[base]))
  if (unknown.length > 0) throw new ConfigError(`${name}: unknown keys in \`extends\` (${unknown.join(', ')})`)
  const below = names.map((base) => extended(config, base, [...above, name]))
  return merged(
    below.reduce((left, right) => merged(left, right) as Config, {}),
    own,
  ) as Config
}

function resolved(config: Config, value: unknown, depth = 0): unknown {
  if (value instanceof Reference) {
    const found = value.path.reduce<unknown>((node, key) => (isRecord(node) ? node[key] : undefined), config)
    if (found === undefined)
      throw new ConfigError(`!reference [${value.path.map((key) => `"${key}"`).join(', ')}] could not be found`)
    if (depth > 10) throw new ConfigError(`!reference ${JSON.stringify(value.path)} is part of a circular chain`)
    return resolved(config, found, depth + 1)
  }
  if (Array.isArray(value)) return value.map((item) => resolved(config, item, depth))
  if (!isRecord(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolved(config, item, depth)]))
}

/** A file with its includes, `extends` and references written out; throws a `ConfigError`. */
export function readConfig(content: string, fileOf: (path: string) => string | null): Config {
  const whole = included(parse(content), fileOf, [])
  const written = resolved(whole, whole) as Config
  return Object.fromEntries(
    Object.entries(written).map(([name, value]) => [name, isRecord(value) ? extended(written, name) : value]),
  )
}

/** As GitLab writes it out: without comments, anchors and includes. */
export const mergedYaml = (config: Config): string =>
  `---\n${stringify(config, { version: '1.1', aliasDuplicateObjects: false, lineWidth: 0 })}`
