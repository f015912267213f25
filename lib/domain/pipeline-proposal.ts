import type { CiLint } from './ci-lint.ts'
import { type Decision, refuse } from './decision.ts'
import { type NeededVariable, type OptionFlaw, type PipelineOptions, pipelineStages } from './pipeline-file/index.ts'
import { listed } from './sentence.ts'

export const pipelinePath = '.gitlab-ci.yml'

/** Every branch that a pipeline is proposed by begins so. */
export const proposalPrefix = 'berth/pipeline-'

export const proposalTitle = 'Set up the pipeline of review apps, staging and production'

/** Whether the file may be proposed: the page's question, and the server's. */
export function proposability({
  flaws,
  existing,
  file,
  lint,
}: {
  flaws: readonly OptionFlaw[]
  existing: string | null
  file: string
  lint: Pick<CiLint, 'valid' | 'errors'>
}): Decision {
  if (flaws.length > 0) return refuse(flaws.map(({ words }) => words).join(' '))
  if (existing === file) return refuse(`The repository has this ${pipelinePath} already.`)
  if (!lint.valid) return refuse(`GitLab’s lint refuses the file: ${lint.errors.join(' ')}`)
  return { allowed: true }
}

/** What the merge request says of itself. */
export function proposalDescription(
  options: PipelineOptions,
  { added, replaced, kept }: { added: readonly string[]; replaced: readonly string[]; kept: readonly string[] },
  variables: readonly NeededVariable[],
): string {
  const keys = (names: readonly string[]): string => listed(names.map((name) => `\`${name}\``))
  const production = options.variant === 'heroku' ? 'a tag' : 'the manual job'
  return [
    `Stages: ${pipelineStages.join(' → ')}; ${production} deploys production.`,
    [
      ...(added.length > 0 ? [`- Added: ${keys(added)}`] : []),
      ...(replaced.length > 0 ? [`- Changed: ${keys(replaced)}`] : []),
      ...(kept.length > 0 ? [`- Kept as it was: ${keys(kept)}`] : []),
    ].join('\n'),
    'It needs these CI/CD variables:',
    variables
      .map(
        ({ key, type, isOptional, words }) =>
          `- \`${key}\`${type === 'file' ? ' (type File)' : ''}${isOptional ? ', if you like' : ''}: ${words}`,
      )
      .join('\n'),
  ].join('\n\n')
}
