/** A YAML value to be written; a list of entries is a mapping. */
export type Value = string | boolean | Alias | List | Mapping | Rules

/** Stands for the list that has this anchor. */
export interface Alias {
  alias: string
}

export interface List {
  items: Item[]
  anchor?: string
}

export interface Item {
  text: string
  /** Sentences above it. */
  comment?: string
}

export interface Mapping {
  entries: Entry[]
}

/** The list of a job's `rules`, which alone holds mappings. */
export interface Rules {
  rules: { if: string; when?: 'manual'; allowFailure?: boolean }[]
}

export interface Entry {
  key: string
  value: Value
  comment?: string
}

export const alias = (name: string): Alias => ({ alias: name })
export const mapping = (...entries: (Entry | null)[]): Mapping => ({
  entries: entries.filter((entry) => entry !== null),
})
export const list = (...items: (string | Item | null)[]): List => ({
  items: items.filter((item) => item !== null).map((item) => (typeof item === 'string' ? { text: item } : item)),
})
export const entry = (key: string, value: Value, comment?: string): Entry => ({
  key,
  value,
  ...(comment === undefined ? {} : { comment }),
})

/** Words that YAML 1.1 reads as something else than text. */
const other = /^(?:y|n|yes|no|on|off|true|false|null|~|[-+]?[\d.][\d._,:e+-]*)$/i
const plain = /^[A-Za-z0-9$./_-](?:[^#:]|:(?=\S)|(?<=\S)#)*$/

/** Text as a YAML scalar on one line. */
export function scalar(text: string): string {
  const isPlain = plain.test(text) && !other.test(text) && !/^-(?:\s|$)|\s$/.test(text)
  return isPlain ? text : `'${text.replaceAll("'", "''")}'`
}

const width = 110

/** Sentences as `#` lines. */
function commentLines(comment: string | undefined, indent: string): string[] {
  if (!comment) return []
  const lines: string[] = []
  let line = `${indent}#`
  for (const word of comment.split(' ')) {
    if (line.length + word.length >= width) {
      lines.push(line)
      line = `${indent}#`
    }
    line += ` ${word}`
  }
  return [...lines, line]
}

/** The lines of a mapping's entries. */
export function lines(entries: readonly Entry[], indent = ''): string[] {
  return entries.flatMap(({ key, value, comment }) => [
    ...commentLines(comment, indent),
    ...entryLines(`${indent}${scalar(key)}:`, value, `${indent}  `),
  ])
}

function entryLines(start: string, value: Value, indent: string): string[] {
  if (typeof value === 'string') return [`${start} ${scalar(value)}`]
  if (typeof value === 'boolean') return [`${start} ${value}`]
  if ('alias' in value) return [`${start} *${value.alias}`]
  if ('entries' in value) return [start, ...lines(value.entries, indent)]
  if ('rules' in value) return [start, ...value.rules.flatMap((rule) => ruleLines(rule, indent))]
  if (value.items.length === 0) return [`${start} []`]
  const items = value.items.flatMap(({ text, comment }) => [
    ...commentLines(comment, indent),
    `${indent}- ${scalar(text)}`,
  ])
  return [value.anchor ? `${start} &${value.anchor}` : start, ...items]
}

const ruleLines = (rule: Rules['rules'][number], indent: string): string[] => [
  `${indent}- if: ${scalar(rule.if)}`,
  ...(rule.when ? [`${indent}  when: ${rule.when}`] : []),
  ...(rule.allowFailure === undefined ? [] : [`${indent}  allow_failure: ${rule.allowFailure}`]),
]
