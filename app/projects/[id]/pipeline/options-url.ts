import { languages, type PipelineOptions, syntaxes, usualOf, variants } from '#lib/domain/pipeline-file/index.ts'

type Given = Record<string, string | string[] | undefined>

/** The options in an address: what is not there is usual, for the language that is chosen. */
export function optionsIn(given: Given, project: PipelineOptions): PipelineOptions {
  const one = (name: keyof PipelineOptions): string | undefined => {
    const value = given[name]
    return typeof value === 'string' ? value.slice(0, 500) : undefined
  }
  const language = known(one('language'), languages, project.language)
  const usual = { ...project, language, ...usualOf(language) }
  const text = (name: TextField): string => one(name) ?? usual[name]
  return {
    syntax: known(one('syntax'), syntaxes, usual.syntax),
    language,
    variant: known(one('variant'), variants, usual.variant),
    database: one('database') === undefined ? usual.database : one('database') === 'yes',
    image: text('image'),
    testCommand: text('testCommand'),
    defaultBranch: text('defaultBranch'),
    reviewHost: text('reviewHost'),
    reviewDomain: text('reviewDomain'),
    appConfig: text('appConfig'),
    seedCommand: text('seedCommand'),
    autoStop: text('autoStop'),
    productionHost: text('productionHost'),
    stagingApp: text('stagingApp'),
    productionApp: text('productionApp'),
    stagingUrl: text('stagingUrl'),
    productionUrl: text('productionUrl'),
  }
}

/** The address of the form with these options; what is usual is left out. */
export function pipelineHref(projectId: number, options: PipelineOptions, project: PipelineOptions): string {
  const usual: PipelineOptions = { ...project, ...usualOf(options.language) }
  const params = new URLSearchParams()
  for (const [name, value] of Object.entries(options)) {
    if (value === usual[name as keyof PipelineOptions]) continue
    params.set(name, typeof value === 'boolean' ? (value ? 'yes' : 'no') : value)
  }
  return `/projects/${projectId}/pipeline${params.size > 0 ? `?${params}` : ''}`
}

/** Options that are written rather than chosen. */
export type TextField = Exclude<
  { [Field in keyof PipelineOptions]: PipelineOptions[Field] extends boolean ? never : Field }[keyof PipelineOptions],
  'syntax' | 'language' | 'variant'
>

const known = <Word extends string>(word: string | undefined, words: readonly Word[], otherwise: Word): Word =>
  words.find((candidate) => candidate === word) ?? otherwise
