import { explanations } from './explanations.ts'
import type { Language, PipelineOptions } from './options.ts'
import { type Entry, entry, list, mapping } from './yaml-text.ts'

interface Recipe {
  /** Name of the test job. */
  job: string
  image: string
  service?: string
  cachePaths: string[]
  prepare(options: PipelineOptions): string[]
  test(options: PipelineOptions): string[]
}

/** Needs no root where the tool is there already, as on a shell runner. */
const unlessThere = (tool: string, packages: string): string =>
  `command -v ${tool} >/dev/null || (apt-get update -qq && apt-get install -y -qq ${packages})`

const recipes: Record<Language, Recipe> = {
  rails: {
    job: 'rake',
    image: 'ruby:3.4',
    cachePaths: ['vendor/bundle'],
    prepare: ({ database }) => [
      unlessThere('node', 'nodejs'),
      ...(database ? [] : [unlessThere('sqlite3', 'sqlite3 libsqlite3-dev')]),
      'bundle config set --local path vendor/bundle',
      'bundle install --jobs "$(nproc)"',
      '[ ! -f .test.env ] || ln -nfs .test.env .env',
    ],
    test: ({ testCommand }) => ['bundle exec rake db:setup RAILS_ENV=test', testCommand || 'bundle exec rake'],
  },
  dockerfile: {
    job: 'test',
    image: 'docker:29',
    service: 'docker:29-dind',
    cachePaths: [],
    prepare: () => [],
    test: ({ testCommand }) => [testCommand || 'docker build --pull .'],
  },
  node: {
    job: 'test',
    image: 'node:24',
    cachePaths: ['.npm'],
    prepare: () => ['npm ci --cache .npm --prefer-offline'],
    test: ({ testCommand }) => [testCommand || 'npm test'],
  },
  python: {
    job: 'test',
    image: 'python:3.14',
    cachePaths: ['.cache/pip'],
    prepare: () => ['pip install --cache-dir .cache/pip -r requirements.txt'],
    test: ({ testCommand }) => [testCommand || 'python -m pytest'],
  },
}

/** What the form shows where nothing is written. */
export const usualImage = (language: Language): string => recipes[language].image
export const usualTest = (language: Language): string =>
  recipes[language].test({ testCommand: '' } as PipelineOptions).at(-1) as string

export const testJobName = ({ language }: Pick<PipelineOptions, 'language'>): string => recipes[language].job

/** Where the test job works: in 2017's form a whole file's defaults, today its own. */
export function testSetting(options: PipelineOptions): Entry[] {
  const { language, database, syntax } = options
  const recipe = recipes[language]
  const prepare = recipe.prepare(options)
  const testDatabase = [
    entry('POSTGRES_DB', 'dbname'),
    entry('POSTGRES_USER', 'dbuser'),
    entry('POSTGRES_PASSWORD', 'dbpass'),
    entry('DATABASE_URL', 'postgres://dbuser:dbpass@postgres:5432/dbname'),
  ]
  return [
    entry('image', options.image || recipe.image, explanations.image(options)),
    ...(recipe.cachePaths.length === 0
      ? []
      : [
          entry(
            'cache',
            mapping(
              // A key may hold no slash, which a branch's name often does.
              entry('key', '$CI_COMMIT_REF_SLUG', 'One cache for each branch.'),
              syntax === 'only' ? entry('untracked', true) : null,
              entry('paths', list(...recipe.cachePaths)),
            ),
          ),
        ]),
    ...(database ? [entry('variables', mapping(...testDatabase), explanations.database(options))] : []),
    ...(prepare.length === 0 ? [] : [entry('before_script', list(...prepare))]),
  ]
}

/** The services of the test job, each reached by its image's name. */
export function testServices({ language, database, syntax }: PipelineOptions): Entry[] {
  const { service } = recipes[language]
  const services = [
    ...(database ? [syntax === 'only' ? 'postgres:latest' : 'postgres:18'] : []),
    ...(service ? [service] : []),
  ]
  return services.length === 0 ? [] : [entry('services', list(...services))]
}

export function testScript(options: PipelineOptions): Entry {
  const lines = recipes[options.language].test(options)
  return entry(
    'script',
    list(...lines.slice(0, -1), { text: lines.at(-1) as string, comment: explanations.testCommand(options) }),
  )
}
