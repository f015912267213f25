import type { Language, PipelineOptions, Syntax, Variant } from './options.ts'

/** Why an option is there and what it does: shown beside it, and written into the file where it has its effect. */
export const explanations: {
  [Field in keyof PipelineOptions]: (options: PipelineOptions) => string
} = {
  syntax: ({ syntax }) => syntaxWords[syntax],
  language: ({ language }) => languageWords[language],
  image: () => 'The image that the tests run in. Deploys run in buildpack-deps:scm, which has git and ssh.',
  testCommand: () => 'This has to go well before anything is deployed.',
  database: ({ database }) =>
    database
      ? 'The tests get a PostgreSQL of their own, and so does each review app: created and linked with it, destroyed after it.'
      : 'Neither the tests nor the review apps get a database.',
  variant: ({ variant }) => variantWords[variant],
  defaultBranch: ({ syntax }) =>
    syntax === 'rules'
      ? 'GitLab knows it as CI_DEFAULT_BRANCH: the file needs no change when the branch is renamed.'
      : 'The form of 2017 has to name the branch that goes to staging.',
  reviewHost: ({ reviewHost }) =>
    reviewHost === ''
      ? 'The Dokku host for review apps is the CI/CD variable DOKKU_HOST.'
      : 'The Dokku host for review apps. A CI/CD variable of the same name is stronger than this line.',
  reviewDomain: ({ reviewDomain }) =>
    reviewDomain === ''
      ? 'Review apps appear below the CI/CD variable DOKKU_DOMAIN, which is the global domain of the Dokku host.'
      : 'Review apps appear below this: the global domain of the Dokku host.',
  appConfig: () =>
    'What each review app finds in its environment. Whoever reads the file reads it: a secret belongs elsewhere.',
  seedCommand: () => 'Fills the review app. It runs again at each deploy, and has to bear that.',
  autoStop: ({ autoStop }) =>
    autoStop === ''
      ? 'A review app stays until its branch is deleted or somebody stops it.'
      : 'GitLab stops the review app so long after its last deploy, within the hour, also when nobody remembers it.',
  productionHost: ({ productionHost }) =>
    productionHost === ''
      ? 'The Dokku host for staging and production is the CI/CD variable PRODUCTION_DOKKU_HOST. Let it be another one than that for review apps, which run code that nobody has reviewed.'
      : 'The Dokku host for staging and production. A CI/CD variable of the same name is stronger than this line.',
  stagingApp: ({ variant }) => appWords[variant],
  productionApp: ({ variant }) => appWords[variant],
  stagingUrl: () => 'Where GitLab and Berth look for it.',
  productionUrl: () => 'Where GitLab and Berth look for it.',
}

const syntaxWords: Record<Syntax, string> = {
  rules: 'Jobs say by rules when they are there, and by needs what they wait for. For GitLab 14.2 and newer.',
  only: 'The form of the talk, with only and except and the key as text. Without resource groups and auto-stop: for a GitLab that knows no better.',
}

const languageWords: Record<Language, string> = {
  rails: 'Rails, as in the talk: the job is called rake, and gems are cached for each branch.',
  dockerfile: 'The test builds the Dockerfile by Docker in Docker, for which the runner has to be privileged.',
  node: 'Node with npm. What npm downloads is cached for each branch.',
  python: 'Python with pip and requirements.txt. What pip downloads is cached for each branch.',
}

const variantWords: Record<Variant, string> = {
  dokku:
    'The default branch goes to staging; after a look at it, a press of the manual job sends the same commit to production.',
  heroku: 'The default branch goes to staging on Heroku; a tag sends its commit to production. dpl does the work.',
}

const appWords: Record<Variant, string> = {
  dokku: 'An app of the Dokku host. A name with dots is its whole address.',
  heroku: 'An app of Heroku: at most 30 lowercase letters, digits and dashes.',
}
