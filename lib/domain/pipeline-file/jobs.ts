import { explanations } from './explanations.ts'
import { testJobName, testScript, testServices, testSetting } from './languages.ts'
import type { PipelineOptions } from './options.ts'
import { herokuScript, pushTo, stopScript } from './shell.ts'
import { alias, type Entry, entry, list, mapping } from './yaml-text.ts'

const isToday = ({ syntax }: PipelineOptions): boolean => syntax === 'rules'
const today = (options: PipelineOptions, ...entries: Entry[]): Entry[] => (isToday(options) ? entries : [])
const in2017 = (options: PipelineOptions, ...entries: Entry[]): Entry[] => (isToday(options) ? [] : entries)

const deployImage = 'buildpack-deps:scm'

/** One job at a time for each of these, whichever pipeline it is of. */
const resourceGroup = (options: PipelineOptions, group: string): Entry[] =>
  today(options, entry('resource_group', group, 'One at a time: a deploy and a stop never meet.'))

const needs = (options: PipelineOptions, job: string): Entry[] => today(options, entry('needs', list(job)))

/** Dokku wants the whole history. */
const wholeHistory = entry(
  'GIT_DEPTH',
  '0',
  'Dokku refuses a push from a shallow clone, which GitLab makes unless told otherwise.',
)

export const testJob = (options: PipelineOptions, { isAlone }: { isAlone: boolean }): Entry =>
  entry(
    testJobName(options),
    mapping(
      entry('stage', 'test'),
      ...(isToday(options) || !isAlone ? testSetting(options) : []),
      ...testServices(options),
      testScript(options),
    ),
    explanations.language(options),
  )

const onReviewBranches = (options: PipelineOptions): Entry[] =>
  isToday(options) ? [] : [entry('only', list('branches')), entry('except', list(options.defaultBranch))]

/** A name of nothing but other scripts has an empty slug, which no environment can be named by. */
const reviewRule = '$CI_COMMIT_BRANCH && $CI_COMMIT_BRANCH != $CI_DEFAULT_BRANCH && $CI_COMMIT_REF_SLUG'
const reviewEnvironment = 'review/$CI_COMMIT_REF_SLUG'

const reviewVariables = (options: PipelineOptions, more: Entry): Entry =>
  entry(
    'variables',
    mapping(
      entry(
        'APP_NAME',
        '$CI_ENVIRONMENT_SLUG',
        'At most 24 characters that Dokku takes, whatever the branch is called.',
      ),
      options.database ? entry('DB_NAME', '$CI_ENVIRONMENT_SLUG-database') : null,
      more,
    ),
  )

export const reviewJob = (options: PipelineOptions): Entry =>
  entry(
    'review',
    mapping(
      entry('stage', 'review'),
      entry('image', deployImage),
      ...needs(options, testJobName(options)),
      reviewVariables(options, wholeHistory),
      entry('before_script', alias('before_ssh')),
      entry('script', alias('deploy_script')),
      entry(
        'environment',
        mapping(
          entry(
            'name',
            reviewEnvironment,
            'The slug, because an environment’s name bears fewer letters than a branch’s.',
          ),
          entry('url', 'http://$CI_ENVIRONMENT_SLUG.$DOKKU_DOMAIN'),
          entry('on_stop', 'stop_review'),
          ...(isToday(options) && options.autoStop !== ''
            ? [entry('auto_stop_in', options.autoStop, explanations.autoStop(options))]
            : []),
          ...today(options, entry('deployment_tier', 'development')),
        ),
      ),
      ...resourceGroup(options, reviewEnvironment),
      ...today(options, entry('rules', { rules: [{ if: reviewRule }] })),
      ...onReviewBranches(options),
    ),
  )

export const stopReviewJob = (options: PipelineOptions): Entry =>
  entry(
    'stop_review',
    mapping(
      entry('stage', 'review'),
      entry('image', deployImage),
      ...needs(options, 'review'),
      reviewVariables(
        options,
        entry('GIT_STRATEGY', 'none', 'The branch may be deleted by then: nothing is checked out.'),
      ),
      entry('before_script', alias('before_ssh')),
      entry('script', stopScript(options)),
      entry('environment', mapping(entry('name', reviewEnvironment), entry('action', 'stop'))),
      ...resourceGroup(options, reviewEnvironment),
      ...today(
        options,
        entry(
          'rules',
          { rules: [{ if: reviewRule, when: 'manual', allowFailure: true }] },
          'The same rule as the job that deploys. allow_failure: nobody has to press it for the pipeline to go on.',
        ),
      ),
      ...in2017(options, entry('when', 'manual')),
      ...onReviewBranches(options),
    ),
    'Started by GitLab when the branch is deleted, when the time is over, or when somebody stops the environment.',
  )

type Step = 'staging' | 'production'

/** Staging, or production: of the same shape, but for what starts it. */
export function laneJob(options: PipelineOptions, step: Step): Entry {
  const isProduction = step === 'production'
  const app = isProduction ? options.productionApp : options.stagingApp
  const url = laneUrl(options, step)
  const isDokku = options.variant === 'dokku'
  const heroku = herokuScript(options, isProduction ? 'HEROKU_PRODUCTION_API_KEY' : 'HEROKU_STAGING_API_KEY')
  const environment = [
    entry('name', step),
    ...(url === '' ? [] : [entry('url', url, explanations[`${step}Url`](options))]),
    ...today(options, entry('deployment_tier', step)),
  ]
  return entry(
    step,
    mapping(
      entry('stage', step),
      entry('image', isDokku ? deployImage : 'ruby:3.4'),
      ...needs(options, isProduction && isDokku ? 'staging' : testJobName(options)),
      entry(
        'variables',
        mapping(entry('APP_NAME', app, explanations[`${step}App`](options)), isDokku ? wholeHistory : null),
      ),
      ...(isDokku ? [entry('before_script', alias('before_ssh'))] : [entry('before_script', list())]),
      entry('script', isDokku ? list(pushTo('PRODUCTION_DOKKU_HOST')) : heroku),
      entry('environment', mapping(...environment)),
      ...resourceGroup(options, step),
      ...laneTerms(options, step),
    ),
    isProduction ? explanations.variant(options) : undefined,
  )
}

function laneTerms(options: PipelineOptions, step: Step): Entry[] {
  const byTag = step === 'production' && options.variant === 'heroku'
  const byHand = step === 'production' && options.variant === 'dokku'
  if (isToday(options)) {
    const condition = byTag ? '$CI_COMMIT_TAG' : '$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH'
    return [
      entry('rules', {
        rules: [{ if: condition, ...(byHand ? { when: 'manual' as const, allowFailure: true } : {}) }],
      }),
    ]
  }
  return [...(byHand ? [entry('when', 'manual')] : []), entry('only', list(byTag ? 'tags' : options.defaultBranch))]
}

/** `''` when nothing says where it is: a Dokku app without dots may be at any of its host's domains. */
export function laneUrl(options: PipelineOptions, step: Step): string {
  const [app, url] =
    step === 'production' ? [options.productionApp, options.productionUrl] : [options.stagingApp, options.stagingUrl]
  if (url !== '') return url
  if (options.variant === 'heroku') return 'https://$APP_NAME.herokuapp.com/'
  return app.includes('.') ? `https://${app}/` : ''
}
