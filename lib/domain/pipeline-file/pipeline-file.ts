import { explanations } from './explanations.ts'
import { laneJob, reviewJob, stopReviewJob, testJob } from './jobs.ts'
import { testSetting } from './languages.ts'
import type { PipelineOptions } from './options.ts'
import { beforeSsh, deployScript } from './shell.ts'
import { type Entry, entry, lines, list, mapping } from './yaml-text.ts'

/** In this order: each waits for the one before it. */
export const pipelineStages = ['test', 'review', 'staging', 'production']

/** One top-level key of the file with everything below it, and the comment above. */
export interface Block {
  key: string
  text: string
}

/**
 * The file by its top-level keys. `isAlone`: no other jobs share the file; then 2017's form sets image, cache and
 * `before_script` for all of it, as the talk does.
 */
export const pipelineBlocks = (options: PipelineOptions, terms: { isAlone: boolean }): Block[] =>
  topLevel(options, terms).map((one) => ({ key: one.key, text: `${lines([one]).join('\n')}\n` }))

/** The `.gitlab-ci.yml` for these options. */
export const pipelineFile = (options: PipelineOptions): string =>
  [`# ${explanations.syntax(options)}\n`, ...pipelineBlocks(options, { isAlone: true }).map(({ text }) => text)].join(
    '\n',
  )

function topLevel(options: PipelineOptions, terms: { isAlone: boolean }): Entry[] {
  const isHoisted = options.syntax === 'only' && terms.isAlone
  const setting = isHoisted ? testSetting(options) : []
  return [
    entry('stages', list(...pipelineStages)),
    ...setting.filter(({ key }) => key !== 'variables'),
    ...variables(options, setting),
    beforeSsh(options),
    deployScript(options),
    testJob(options, terms),
    reviewJob(options),
    stopReviewJob(options),
    laneJob(options, 'staging'),
    laneJob(options, 'production'),
  ]
}

/** What is the same for all jobs. Left out where CI/CD variables say all of it. */
function variables(options: PipelineOptions, setting: Entry[]): Entry[] {
  const { reviewHost, reviewDomain, productionHost, variant, syntax } = options
  const test = setting.find(({ key }) => key === 'variables')?.value
  const all = [
    ...(typeof test === 'object' && 'entries' in test ? test.entries : []),
    ...(syntax === 'only' ? [entry('DOKKU', 'ssh dokku@$DOKKU_HOST')] : []),
    ...(reviewHost === '' ? [] : [entry('DOKKU_HOST', reviewHost, explanations.reviewHost(options))]),
    ...(reviewDomain === '' ? [] : [entry('DOKKU_DOMAIN', reviewDomain, explanations.reviewDomain(options))]),
    ...(variant === 'dokku' && productionHost !== ''
      ? [entry('PRODUCTION_DOKKU_HOST', productionHost, explanations.productionHost(options))]
      : []),
  ]
  return all.length === 0 ? [] : [entry('variables', mapping(...all))]
}
