export const languages = ['rails', 'dockerfile', 'node', 'python'] as const
export type Language = (typeof languages)[number]

export const variants = ['dokku', 'heroku'] as const
/** Where staging and production run: (1) Dokku with a manual job for production, or (2) Heroku, where a tag deploys production. */
export type Variant = (typeof variants)[number]

export const syntaxes = ['rules', 'only'] as const
/** `rules` is what GitLab reads today, `only` what it read in 2017. */
export type Syntax = (typeof syntaxes)[number]

/** What somebody chooses of a pipeline. A text that is `''` leaves the thing to its default, or to a CI/CD variable. */
export interface PipelineOptions {
  syntax: Syntax
  language: Language
  /** Of the test job. */
  image: string
  testCommand: string
  database: boolean
  variant: Variant
  defaultBranch: string
  /** Address of the Dokku host for review apps; `''`: the CI/CD variable `DOKKU_HOST`. */
  reviewHost: string
  /** What a review app's name is put before, with a port where it has one; `''`: the CI/CD variable `DOKKU_DOMAIN`. */
  reviewDomain: string
  /** `KEY=VALUE` words that a review app is given; `''`: none. */
  appConfig: string
  /** Run in a review app after each deploy; `''`: none. */
  seedCommand: string
  /** As GitLab reads a duration: `1 week`; `''`: never. */
  autoStop: string
  /** Address of the Dokku host for staging and production; `''`: the CI/CD variable `PRODUCTION_DOKKU_HOST`. */
  productionHost: string
  stagingApp: string
  productionApp: string
  /** `''`: what follows from the app's name. */
  stagingUrl: string
  productionUrl: string
}

/** The talk's choices, in today's syntax, for a project. */
export function usualOptions(project: { pathWithNamespace: string; defaultBranch: string | null }): PipelineOptions {
  const name = project.pathWithNamespace.split('/').at(-1) ?? ''
  const app =
    name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '') || 'app'
  return {
    syntax: 'rules',
    language: 'rails',
    image: '',
    testCommand: '',
    database: true,
    variant: 'dokku',
    defaultBranch: project.defaultBranch ?? 'main',
    reviewHost: '',
    reviewDomain: '',
    ...usualOf('rails'),
    autoStop: '1 week',
    productionHost: '',
    stagingApp: `${app}-staging`,
    productionApp: app,
    stagingUrl: '',
    productionUrl: '',
  }
}

/** What else is usual once another language is chosen; what somebody wrote there themselves is not touched by it. */
export function usualOf(language: Language): Pick<PipelineOptions, 'appConfig' | 'seedCommand'> {
  if (language !== 'rails') return { appConfig: '', seedCommand: '' }
  return {
    appConfig: 'TZ=Asia/Tokyo RAILS_SERVE_STATIC_FILES=1 NO_FORCE_SSL=1 RACK_DEV_MARK_ENV=review',
    seedCommand: 'bundle exec rake db:seed',
  }
}
