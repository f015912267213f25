import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { lint } from '#e2e/stand-ins/gitlab/lint.ts'
import { type PipelineOptions, pipelineBlocks, usualOptions } from '#lib/domain/pipeline-file/index.ts'
import { isAloneIn, mergePipeline } from './merge.ts'

const usual: PipelineOptions = {
  ...usualOptions({ pathWithNamespace: 'hello/hello-app', defaultBranch: 'main' }),
  reviewHost: 'review.example.jp',
}
const blocksOf = (more: Partial<PipelineOptions> = {}) => pipelineBlocks({ ...usual, ...more }, { isAlone: false })
const example = (name: string): string => readFileSync(new URL(`./examples/${name}.yml`, import.meta.url), 'utf8')

const examples: [string, { more?: Partial<PipelineOptions>; foreign: string[]; replaced: string[] }][] = [
  [
    'node-library',
    { more: { language: 'node' }, foreign: ['build', 'e2e', 'publish'], replaced: ['stages', 'variables'] },
  ],
  ['php-monolith', { more: { language: 'dockerfile' }, foreign: ['phpunit', 'deploy'], replaced: ['stages'] }],
  [
    'python-no-stages',
    { more: { language: 'python', syntax: 'only' }, foreign: ['lint', 'pages'], replaced: ['variables', 'test'] },
  ],
  ['include-only', { foreign: ['notify'], replaced: [] }],
  [
    'rails-talk',
    {
      foreign: ['brakeman', 'backup'],
      replaced: [
        'variables',
        '.before_ssh',
        '.deploy_script',
        'rake',
        'review',
        'stop_review',
        'staging',
        'production',
      ],
    },
  ],
]

const parsed = (text: string) => parse(text, { version: '1.1', merge: true })

/** Every line of a file in its order, but for those of the keys named. */
const linesWithout = (text: string, keys: string[]): string[] => {
  let isDropped = false
  return text.split('\n').filter((line) => {
    const key = /^(?<key>[^\s#-][^:]*):/.exec(line)?.groups?.key
    if (key !== undefined) isDropped = keys.includes(key)
    else if (line.startsWith('#') || line.trim() === '') isDropped = false
    return !isDropped && line.trim() !== ''
  })
}

describe.each(examples)('%s', (name, { more = {}, foreign, replaced }) => {
  const existing = example(name)
  const merge = mergePipeline(existing, blocksOf(more))

  test('becomes the file that was reviewed', async () => {
    await expect(merge.text).toMatchFileSnapshot(`./golden/${name}.yml`)
  })

  test('keeps its other jobs as they were', () => {
    const [before, after] = [parsed(existing), parsed(merge.text)]
    for (const job of foreign) expect(after[job]).toEqual(before[job])
    expect(merge.kept).toEqual(expect.arrayContaining(foreign))
    expect(merge.replaced).toEqual(replaced)
  })

  test('keeps every line outside of what is replaced, comments too, in its order', () => {
    const left = merge.text.split('\n')
    const lost = linesWithout(existing, replaced).filter((line) => {
      const at = left.indexOf(line)
      if (at >= 0) left.splice(0, at + 1)
      return at < 0
    })
    expect(lost).toEqual([])
  })

  test('has all that was to be written, ready for GitLab', () => {
    const after = parsed(merge.text)
    for (const { key, text } of blocksOf(more)) {
      if (key !== 'stages' && key !== 'variables') expect(after[key]).toEqual(withAnchors(text, key))
    }
    const anything = () => 'other:\n  script: other\n'
    expect(lint(merge.text.replace(/^include:\n(?: .*\n)*/m, ''), anything).errors).toEqual([])
  })

  test('is not changed by doing it again', () => {
    const again = mergePipeline(merge.text, blocksOf(more))
    expect(again.text).toBe(merge.text)
    expect({ replaced: again.replaced, added: again.added }).toEqual({ replaced: [], added: [] })
  })

  /** A block on its own, with the anchors of the others beside it. */
  function withAnchors(text: string, key: string) {
    const anchors = blocksOf(more).filter((block) => block.key.startsWith('.') && block.key !== key)
    return parsed([...anchors.map((block) => block.text), text].join('\n'))[key]
  }
})

test('a file of nothing but comments keeps them', () => {
  const { text, added } = mergePipeline('# Later.\n', blocksOf())
  expect(text).toMatch(/^# Later\.\n\nstages:\n/)
  expect(added).toHaveLength(blocksOf().length)
})

test('what is written into an empty file, and again, stays the same', () => {
  const { text } = mergePipeline('', blocksOf())
  expect(mergePipeline(text, blocksOf())).toMatchObject({ text, kept: [], replaced: [], added: [] })
  expect(isAloneIn(text, blocksOf())).toBe(true)
  expect(isAloneIn(`${text}\nmine:\n  script: a\n`, blocksOf())).toBe(false)
})

test('hidden scripts that stand after a job move before it', () => {
  const { text } = mergePipeline('mine:\n  script: a\n\n.before_ssh:\n  - old\n', blocksOf())
  expect(text.indexOf('.before_ssh:')).toBeLessThan(text.indexOf('mine:'))
  expect(parsed(text).review.before_script).toEqual(parsed(text)['.before_ssh'])
})

test('a header document stays before the file', () => {
  const { text } = mergePipeline('spec:\n  inputs:\n    a:\n---\nmine:\n  script: a\n', blocksOf())
  expect(text).toMatch(/^spec:\n {2}inputs:\n {4}a:\n---\n\nstages:\n/)
})

test.each([
  ['mine: [', /cannot be merged/],
  ['- a\n- b\n', /not a list of jobs by name/],
  ['{ mine: { script: a } }', /not a list of jobs by name/],
])('%j is refused rather than guessed at', (existing, words) => {
  expect(() => mergePipeline(existing, blocksOf())).toThrow(words)
})

test('what runs in every job of the file, and pipelines of merge requests, are told of', () => {
  expect(mergePipeline(example('php-monolith'), blocksOf()).notices).toEqual([
    expect.stringContaining('sets default, before_script for all its jobs'),
    expect.stringContaining('pipelines of merge requests'),
  ])
})
