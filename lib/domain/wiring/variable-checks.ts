import type { CiVariable } from '#lib/domain/ci-variable.ts'
import { listed } from '#lib/domain/sentence.ts'
import { type Check, type Fix, found, type Judged, ok, some, toldOr } from './check.ts'
import type { HostFacts, WiringFacts } from './facts.ts'
import { type NeededVariable, neededVariables } from './needed-variables.ts'
import type { PipelineJob } from './pipeline-jobs.ts'
import { hiddenBecause, type RefsOfJobs, seenBy } from './variable-visibility.ts'
import { isCreatable } from './variables-plan.ts'

/** The variables doctor: what the jobs use, and whether they will see it as they use it. */
export function variableChecks(facts: WiringFacts): Check[] {
  const jobs = toldOr(facts.pipeline, null)?.jobs ?? null
  const needed = neededVariables(jobs)
  const checks =
    'failure' in facts.variables
      ? [found('unknown', 'CI/CD variables can be read', facts.variables.failure.message)]
      : [...needed.map((one) => variableCheck(one, facts)), ...deployKeyChecks(facts)]
  const none = ok('CI/CD variables', 'The pipeline uses none of the project’s settings.')
  return (checks.length === 0 ? [none] : checks).map((check) => ({ group: 'variables', ...check }))
}

/** Every variable that there is, a project's own before those of its groups. */
export const variablesOf = (facts: Pick<WiringFacts, 'variables' | 'groupVariables'>): CiVariable[] => [
  ...toldOr(facts.variables, []),
  ...facts.groupVariables,
]

function variableCheck(needed: NeededVariable, facts: WiringFacts): Judged {
  const named = variablesOf(facts).filter(({ key }) => key === needed.key)
  if (named.length === 0) return missing(needed, facts)
  const refs: RefsOfJobs = {
    defaultBranch: facts.project.defaultBranch,
    protectedRefs: toldOr(facts.protectedRefs, null),
  }
  return (
    hidden(needed, named, { facts, refs }) ??
    mistyped(needed, named, facts) ??
    unmasked(needed, named, facts) ??
    fine(needed, named)
  )
}

function missing(needed: NeededVariable, facts: WiringFacts): Judged {
  const { key } = needed
  const fix = isCreatable(needed)
    ? { kind: 'operation' as const, act: 'create-variables' as const, words: 'Create what is missing' }
    : settingsLink(facts, `Add ${key} in GitLab`)
  const evidence = usedByWords(needed)
  if (facts.unreadGroups.length > 0)
    return found(
      'warning',
      key,
      `The project has no ${key}; whether group ${listed(facts.unreadGroups)} has one, GitLab does not tell you.`,
      { evidence, fix },
    )
  return found('problem', key, `There is no ${key}: ${usersOf(needed)} will fail.`, { evidence, fix })
}

function hidden(
  needed: NeededVariable,
  named: readonly CiVariable[],
  { facts, refs }: { facts: WiringFacts; refs: RefsOfJobs },
): Judged | null {
  const blind = needed.usedBy.filter((job) => seenBy(job, named, refs) === null)
  const [first] = blind
  const [variable] = named
  if (!first || !variable) return null
  const words = `${needed.key} is there, but ${some(blind.map(nameOf))} will not see it: ${hiddenBecause(variable, first, refs)}.`
  return found('problem', needed.key, words, {
    evidence: named.map(variableWords),
    fix: settingsLink(facts, `Change ${needed.key} in GitLab`),
  })
}

const typeWords: Record<CiVariable['type'], string> = { file: 'a File', env_var: 'a Variable' }

function mistyped(
  { key, type, usedBy }: NeededVariable,
  named: readonly CiVariable[],
  facts: WiringFacts,
): Judged | null {
  const wrong = type === 'either' ? undefined : named.find((variable) => variable.type !== type)
  if (!wrong || type === 'either') return null
  const because =
    type === 'file'
      ? `${some(usedBy.map(nameOf)) || 'the pipeline'} uses it as the name of a file`
      : `${some(usedBy.map(nameOf)) || 'the pipeline'} uses its text`
  return found(
    'problem',
    key,
    `${key} has to be of type ${typeWords[type].slice(2)} and is ${typeWords[wrong.type]}: ${because}.`,
    {
      evidence: named.map(variableWords),
      fix: settingsLink(facts, `Change ${key} in GitLab`),
    },
  )
}

function unmasked(
  { key, isSecret, purpose }: NeededVariable,
  named: readonly CiVariable[],
  facts: WiringFacts,
): Judged | null {
  // A key of several lines cannot be masked.
  if (!isSecret || purpose === 'deploy-key') return null
  const open = named.find(({ isMasked, type }) => !isMasked && type === 'env_var')
  if (!open) return null
  return found('warning', key, `${key} is a secret and is not masked: a job that prints it writes it into its log.`, {
    evidence: named.map(variableWords),
    fix: settingsLink(facts, `Mask ${key} in GitLab`),
  })
}

function fine(needed: NeededVariable, named: readonly CiVariable[]): Judged {
  return ok(needed.key, `Everybody who uses it sees it: ${usersOf(needed)}.`, named.map(variableWords))
}

/** Whether each host lets the key in that Berth made for the project's jobs. */
function deployKeyChecks({ deployKey, hosts, project }: WiringFacts): Judged[] {
  if (deployKey === null) return []
  return hosts.map((host) => {
    const name = `Deploy key on ${host.name}`
    if ('failure' in host.keys) return found('unknown', name, host.keys.failure.message)
    if (host.keys.value.includes(deployKey.fingerprint))
      return ok(name, `Dokku host ${host.name} lets the project’s deploy key in.`, [deployKey.fingerprint])
    return found(
      'problem',
      name,
      `Dokku host ${host.name} does not know the project’s deploy key: every push to it is refused.`,
      {
        evidence: [`The key is ${deployKey.fingerprint}; ${host.name} has ${host.keys.value.length} others.`],
        fix: {
          kind: 'command',
          words: `On ${host.name} (${host.address}), as an administrator`,
          text: addKeyLine(deployKey.publicKey, project.pathWithNamespace),
        },
      },
    )
  })
}

/** The line by which a host's administrator lets a key in: adding one is not open to the `dokku` user itself. */
export const addKeyLine = (publicKey: string, pathWithNamespace: string): string =>
  `echo "${publicKey}" | sudo dokku ssh-keys:add ${keyName(pathWithNamespace)}`

/** `gitlab-hello-hello-app`: how a deploy key is called on a host, and in its own comment. */
export const keyName = (pathWithNamespace: string): string =>
  `gitlab-${pathWithNamespace.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}`

const settingsLink = ({ project }: WiringFacts, words: string): Fix => ({
  kind: 'link',
  words,
  href: `${project.webUrl}/-/settings/ci_cd#js-cicd-variables-settings`,
})

const nameOf = ({ name }: PipelineJob): string => name

const usersOf = ({ usedBy }: NeededVariable): string =>
  usedBy.length === 0 ? 'a pipeline that deploys to Dokku' : some(usedBy.map(nameOf))

const usedByWords = ({ usedBy }: NeededVariable): string[] =>
  usedBy.length === 0
    ? ['The pipeline file could not be read; this is what is usual.']
    : [`Used by ${some(usedBy.map(nameOf))}.`]

function variableWords({ key, type, isProtected, isMasked, environmentScope, owner }: CiVariable): string {
  const traits = [
    type === 'file' ? 'File' : 'Variable',
    isProtected ? 'protected' : 'not protected',
    ...(isMasked ? ['masked'] : []),
    `scope ${environmentScope}`,
    ...(owner === 'project' ? [] : [`of group ${owner}`]),
  ]
  return `${key}: ${traits.join(', ')}`
}

/** Hosts that a project's jobs deploy to, by what for. */
export const hostServing = (hosts: readonly HostFacts[], what: HostFacts['serves'][number]): HostFacts | null =>
  hosts.find(({ serves }) => serves.includes(what)) ?? null
