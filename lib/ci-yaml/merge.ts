import { isMap, isScalar, isSeq, parseDocument, type YAMLMap, type YAMLSeq } from 'yaml'
import type { Block } from '#lib/domain/pipeline-file/index.ts'
import { type Section, type Sections, sectionsOf, textOf } from './sections.ts'

export interface Merge {
  text: string
  /** Keys of the file that stay as they are, jobs and others. */
  kept: string[]
  replaced: string[]
  added: string[]
  /** What whoever merges should know. */
  notices: string[]
}

/** Top-level keys that are no jobs. */
const globals = new Set([
  'default',
  'include',
  'image',
  'services',
  'stages',
  'types',
  'before_script',
  'after_script',
  'variables',
  'cache',
  'workflow',
  'spec',
])

/** Whether a file has nothing of its own beside what would be written into it. */
export const isAloneIn = (existing: string, blocks: readonly Block[]): boolean =>
  sectionsOf(existing).sections.every(({ key }) => blocks.some((block) => block.key === key))

/**
 * Writes blocks into a file. Its other keys, all comments that are not within a replaced key, and the order stay; stages and
 * variables are added to those that are there. Doing it again changes nothing. Throws `refused` for a file that cannot be read.
 */
export function mergePipeline(existing: string, blocks: readonly Block[]): Merge {
  const file = sectionsOf(existing)
  const foreign = file.sections.filter(({ key }) => !blocks.some((block) => block.key === key)).map(({ key }) => key)
  const replaced: string[] = []
  const added: string[] = []
  blocks.forEach((block, index) => {
    const { above, body } = linesOf(block)
    const section = file.sections.find(({ key }) => key === block.key)
    if (section && isAfterUse(file, section)) {
      // An anchor has to stand before whatever refers to it.
      file.sections.splice(file.sections.indexOf(section), 1)
      insert(file, { ...section, ...merged(section, block, above, body) }, placeOf(file, blocks, index))
      replaced.push(block.key)
    } else if (section) {
      const before = [...section.above, ...section.body].join('\n')
      Object.assign(section, merged(section, block, above, body))
      if ([...section.above, ...section.body].join('\n') !== before) replaced.push(block.key)
    } else {
      const fresh = block.key === 'stages' && foreign.some(isJob) ? usualStages(block) : body
      insert(
        file,
        { key: block.key, above, body: fresh, after: [''], pair: pairOf(fresh) },
        placeOf(file, blocks, index),
      )
      added.push(block.key)
    }
  })
  const notices = noticesOf(file, { foreign, namesStages: added.includes('stages') })
  return { text: endedOnce(textOf(file)), kept: foreign, replaced, added, notices }
}

const isJob = (key: string): boolean => !globals.has(key) && !key.startsWith('.')

function linesOf({ text }: Block): { above: string[]; body: string[] } {
  const lines = text.replace(/\n$/, '').split('\n')
  const start = lines.findIndex((line) => !line.startsWith('#'))
  return { above: lines.slice(0, start), body: lines.slice(start) }
}

function merged(section: Section, block: Block, above: string[], body: string[]): Pick<Section, 'above' | 'body'> {
  if (block.key === 'stages') return { above: section.above, body: withStages(section, pairOf(body).value as YAMLSeq) }
  if (block.key === 'variables') return { above: section.above, body: withVariables(section, body) }
  // What people wrote above a job is theirs; the sentences of an earlier merge are not written twice.
  const isThere = above.every((line) => section.above.includes(line))
  return { above: isThere ? section.above : [...section.above, ...above], body }
}

const pairOf = (body: string[]) => {
  const { contents } = parseDocument(body.join('\n'), { version: '1.1' })
  return (contents as YAMLMap).items[0] as Section['pair']
}

const isAfterUse = ({ sections }: Sections, section: Section): boolean =>
  section.key.startsWith('.') && sections.slice(0, sections.indexOf(section)).some(({ key }) => isJob(key))

/** A block stands after the one that it comes after; what has to stand before all jobs, before the first. */
function placeOf({ sections }: Sections, blocks: readonly Block[], index: number): number {
  const key = blocks[index]?.key ?? ''
  const firstJob = sections.findIndex((section) => isJob(section.key))
  const previous = blocks.slice(0, index).findLast((block) => sections.some((section) => section.key === block.key))
  const afterPrevious = previous ? sections.findIndex((section) => section.key === previous.key) + 1 : -1
  if (isJob(key)) return previous && isJob(previous.key) ? afterPrevious : sections.length
  const latest = firstJob < 0 ? sections.length : firstJob
  return afterPrevious < 0 ? latest : Math.min(afterPrevious, latest)
}

/** Sets a section apart from its neighbours by a blank line. */
function insert(file: Sections, section: Section, place: number): void {
  const previous = file.sections[place - 1]
  const before = previous ? previous.after : file.before
  if (place === file.sections.length) {
    while (before.at(-1)?.trim() === '') before.pop()
    if (previous || before.length > 0) before.push('')
  } else if (before.length > 0 ? before.at(-1)?.trim() !== '' : previous) before.push('')
  file.sections.splice(place, 0, { ...section, after: [''] })
}

const endedOnce = (text: string): string => `${text.replace(/\n+$/, '')}\n`

const names = (value: unknown): string[] =>
  isSeq(value) ? value.items.map((item) => String(isScalar(item) ? item.value : item)) : []

/** Where GitLab's own stages are used, naming some must not take those away. */
function usualStages(block: Block): string[] {
  const wanted = names(pairOf(linesOf(block).body).value)
  return ['stages:', ...inserted(['build', 'test', 'deploy'], wanted).map((name) => `  - ${name}`)]
}

/** Each missing name comes after the one that it follows in `wanted`, or before the one that follows it. */
function inserted(present: readonly string[], wanted: readonly string[]): string[] {
  const result = [...present]
  wanted.forEach((name, index) => {
    if (result.includes(name)) return
    const previous = wanted[index - 1]
    const next = wanted.slice(index + 1).find((other) => result.includes(other))
    if (previous !== undefined) result.splice(result.indexOf(previous) + 1, 0, name)
    else result.splice(next === undefined ? result.length : result.indexOf(next), 0, name)
  })
  return result
}

function withStages(section: Section, wanted: YAMLSeq): string[] {
  const { value } = section.pair
  const present = names(value)
  const all = inserted(present, names(wanted))
  if (all.length === present.length) return section.body
  if (!isSeq(value) || value.flow) return [`${section.body[0]?.split(':')[0]}: [${all.join(', ')}]`]
  const isItem = /^(\s*)-\s/
  const indent = section.body.find((line) => isItem.test(line))?.match(isItem)?.[1] ?? '  '
  const items = section.body.flatMap((line, index) => (isItem.test(line) ? [index] : []))
  const body = [...section.body]
  // From the last to the first, so that the places of those before stay true.
  for (let at = all.length - 1; at >= 0; at -= 1) {
    const name = all[at] as string
    if (present.includes(name)) continue
    const previous = all.slice(0, at).findLast((other) => present.includes(other))
    const line = previous === undefined ? (items[0] ?? 1) : (items[present.indexOf(previous)] ?? 0) + 1
    body.splice(line, 0, `${indent}- ${name}`)
  }
  return body
}

function withVariables(section: Section, wanted: string[]): string[] {
  const { value } = section.pair
  const entries = (pairOf(wanted).value as YAMLMap).items.map((pair) =>
    String(isScalar(pair.key) ? pair.key.value : pair.key),
  )
  if (!isMap(value) || value.flow) {
    const own = isMap(value) ? value.items.filter(({ key }) => !entries.includes(String(key))) : []
    return [
      'variables:',
      ...own.map(({ key, value: set }) => `  ${key}: ${JSON.stringify(isScalar(set) ? String(set.value) : set)}`),
      ...wanted.slice(1),
    ]
  }
  const indent =
    section.body
      .slice(1)
      .find((line) => /^\s+[^\s#]/.test(line))
      ?.match(/^\s+/)?.[0] ?? '  '
  const body = [...section.body]
  let comments: string[] = []
  for (const line of wanted.slice(1)) {
    const text = line.trim()
    if (text.startsWith('#')) {
      comments.push(`${indent}${text}`)
      continue
    }
    const key = text.slice(0, text.indexOf(':'))
    const there = body.findIndex((candidate) => candidate.startsWith(`${indent}${key}:`))
    if (there < 0) body.push(...comments, `${indent}${text}`)
    else if (body[there]?.trim() !== text) body[there] = `${indent}${text}`
    comments = []
  }
  return body
}

function noticesOf(
  { sections }: Sections,
  { foreign, namesStages }: { foreign: readonly string[]; namesStages: boolean },
): string[] {
  const textOfKey = (key: string): string => sections.find((section) => section.key === key)?.body.join('\n') ?? ''
  const forAll = foreign.filter((key) => ['before_script', 'after_script', 'cache', 'default', 'image'].includes(key))
  return [
    ...(forAll.length > 0
      ? [`The file sets ${forAll.join(', ')} for all its jobs: a job made here that sets none of its own takes that.`]
      : []),
    ...(namesStages && foreign.includes('include')
      ? ['The stages named here replace those that an included file names.']
      : []),
    ...(textOfKey('workflow').includes('merge_request_event')
      ? ['The file’s workflow runs pipelines of merge requests. The jobs made here are for those of branches and tags.']
      : []),
  ]
}
