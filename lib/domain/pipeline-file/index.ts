export { explanations } from './explanations.ts'
export { type OptionFlaw, optionFlaws } from './flaws.ts'
export { testJobName, usualImage, usualTest } from './languages.ts'
export { type NeededVariable, neededVariables } from './needed-variables.ts'
export {
  type Language,
  languages,
  type PipelineOptions,
  type Syntax,
  syntaxes,
  usualOf,
  usualOptions,
  type Variant,
  variants,
} from './options.ts'
export { type Block, pipelineBlocks, pipelineFile, pipelineStages } from './pipeline-file.ts'
