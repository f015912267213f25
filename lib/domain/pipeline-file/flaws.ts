import { languages, type PipelineOptions, syntaxes, variants } from './options.ts'

export interface OptionFlaw {
  field: keyof PipelineOptions
  words: string
}

const host = /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/i
const domain = /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?$/i
const dokkuApp = /^[a-z0-9][a-z0-9.-]{0,62}$/
const herokuApp = /^[a-z][a-z0-9-]{1,28}[a-z0-9]$/
const image = /^[a-z0-9][\w./:@-]*$/i
const branch = /^(?!-)[^\s~^:?*[\\\p{Cc}]+$/u
const duration = /^\d+ (?:minute|hour|day|week|month|year)s?(?:(?: and)? \d+ (?:minute|hour|day|week|month|year)s?)*$/
const configWord = /^[A-Za-z_]\w*=[\w./:@%+,~-]*$/
const url = /^https?:\/\/[^\s'"<>\\]+$/
/** On one line: what is longer belongs into a script of the repository. */
const command = /^[^\p{Cc}]{1,500}$/u
const seed = /^[^\p{Cc}"'`$\\;&|<>()]{1,500}$/u

/** What is wrong with the options, field by field; `[]` when a file can be made of them. */
export function optionFlaws(options: PipelineOptions): OptionFlaw[] {
  const isDokku = options.variant === 'dokku'
  const app = isDokku
    ? { pattern: dokkuApp, words: 'Dokku takes lowercase letters, digits, dots and dashes, at most 63.' }
    : { pattern: herokuApp, words: 'Heroku takes 3 to 30 lowercase letters, digits and dashes, a letter first.' }
  const flaws: (OptionFlaw | null)[] = [
    known('syntax', options, syntaxes),
    known('language', options, languages),
    known('variant', options, variants),
    must('image', options, image, 'An image’s name has no spaces.'),
    must('testCommand', options, command, 'One line of at most 500 characters.'),
    branch.test(options.defaultBranch) ? null : { field: 'defaultBranch', words: 'That is no branch’s name.' },
    must('reviewHost', options, host, 'A host’s name or address, without a port: that belongs into SSH_CONFIG.'),
    must('reviewDomain', options, domain, 'A domain, with a port where it has one.'),
    must('productionHost', options, host, 'A host’s name or address, without a port: that belongs into SSH_CONFIG.'),
    must('stagingUrl', options, url, 'An address that begins with http:// or https://.'),
    must('productionUrl', options, url, 'An address that begins with http:// or https://.'),
    must('seedCommand', options, seed, 'One plain command: Dokku’s shell would take quotes and signs apart.'),
    must('autoStop', options, duration, 'A duration as GitLab reads it: 1 week, 3 days, 12 hours.'),
    options.appConfig.split(/\s+/).every((word) => word === '' || configWord.test(word))
      ? null
      : { field: 'appConfig', words: 'KEY=VALUE, separated by spaces, without quotes.' },
    app.pattern.test(options.stagingApp) ? null : { field: 'stagingApp', words: app.words },
    app.pattern.test(options.productionApp) ? null : { field: 'productionApp', words: app.words },
    options.stagingApp === options.productionApp
      ? { field: 'productionApp', words: 'Staging and production have to be two apps.' }
      : null,
  ]
  return flaws.filter((flaw) => flaw !== null)
}

type TextField = {
  [Field in keyof PipelineOptions]: PipelineOptions[Field] extends boolean ? never : Field
}[keyof PipelineOptions]

/** What is left out is right. */
const must = (field: TextField, options: PipelineOptions, pattern: RegExp, words: string): OptionFlaw | null =>
  options[field] === '' || pattern.test(options[field]) ? null : { field, words }

const known = (field: TextField, options: PipelineOptions, values: readonly string[]): OptionFlaw | null =>
  values.includes(options[field]) ? null : { field, words: `One of ${values.join(', ')}.` }
