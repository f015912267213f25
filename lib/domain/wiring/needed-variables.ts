import type { CiVariable } from '#lib/domain/ci-variable.ts'
import { namesIn, type PipelineJob } from './pipeline-jobs.ts'

/** What a variable is for; `other` is known by its name alone. */
export type Purpose =
  | 'deploy-key'
  | 'known-hosts'
  | 'ssh-config'
  | 'review-host'
  | 'review-domain'
  | 'production-host'
  | 'heroku-key'
  | 'other'

/** A variable that a project's jobs use and the pipeline file does not set. */
export interface NeededVariable {
  key: string
  purpose: Purpose
  /** `either` where the commands work with both. */
  type: CiVariable['type'] | 'either'
  /** Whoever reads it may deploy. */
  isSecret: boolean
  /** The jobs that use it; `[]` when no pipeline file could be read and it is needed by what is usual. */
  usedBy: PipelineJob[]
}

const known: Record<string, Pick<NeededVariable, 'purpose' | 'type'>> = {
  SSH_PRIVATE_KEY: { purpose: 'deploy-key', type: 'file' },
  SSH_KNOWN_HOSTS: { purpose: 'known-hosts', type: 'file' },
  SSH_SERVER_HOSTKEYS: { purpose: 'known-hosts', type: 'file' },
  SSH_CONFIG: { purpose: 'ssh-config', type: 'file' },
  DOKKU_HOST: { purpose: 'review-host', type: 'env_var' },
  DOKKU_DOMAIN: { purpose: 'review-domain', type: 'env_var' },
  PRODUCTION_DOKKU_HOST: { purpose: 'production-host', type: 'env_var' },
}

/** What the talk's pipeline uses on Dokku, for a project whose file cannot be read. */
const usual = ['SSH_PRIVATE_KEY', 'SSH_KNOWN_HOSTS', 'DOKKU_HOST', 'DOKKU_DOMAIN', 'PRODUCTION_DOKKU_HOST']

/** Names that only settings have; everything else that a script uses may be the shell's own. */
const settingNames = /^(?:SSH|DOKKU|HEROKU)_|_DOKKU_|_(?:KEY|TOKEN|SECRET|PASSWORD|HOSTKEYS|KNOWN_HOSTS)$/

/** Set by GitLab or by the runner's shell. https://docs.gitlab.com/ci/variables/predefined_variables/ */
const predefined = /^(?:CI|GITLAB|RUNNER|FF)_|^SSH_(?:AUTH_SOCK|AGENT_PID|CONNECTION|CLIENT|TTY)$/

/** Every variable that the jobs need from the project's settings, by name; the usual ones when the jobs are not known. */
export function neededVariables(jobs: readonly PipelineJob[] | null): NeededVariable[] {
  if (jobs === null) return usual.map((key) => needed(key, []))
  const users = new Map<string, PipelineJob[]>()
  for (const job of jobs) for (const key of usedNames(job)) users.set(key, [...(users.get(key) ?? []), job])
  return [...users].map(([key, usedBy]) => needed(key, usedBy)).sort((one, other) => (one.key < other.key ? -1 : 1))
}

function needed(key: string, usedBy: PipelineJob[]): NeededVariable {
  const isHeroku = /^HEROKU_(?:\w+_)?API_KEY$/.test(key)
  const { purpose, type } = known[key] ?? { purpose: isHeroku ? 'heroku-key' : 'other', type: 'env_var' }
  const isSecret = purpose === 'deploy-key' || isHeroku || /_(?:TOKEN|SECRET|PASSWORD|PRIVATE_KEY|API_KEY)$/.test(key)
  return { key, purpose, isSecret, usedBy, type: typeByUse(key, usedBy) ?? type }
}

function usedNames({ lines, ownVariables }: PipelineJob): Set<string> {
  const text = lines.join('\n')
  const assigned = new Set([...text.matchAll(/(?:^|[\s;&])(?:export\s+)?(\w+)=/gm)].map(([, name]) => name ?? ''))
  return new Set(
    namesIn(text).filter(
      (name) =>
        settingNames.test(name) && !predefined.test(name) && !ownVariables.includes(name) && !assigned.has(name),
    ),
  )
}

/**
 * What the commands take a variable for: `echo "$X"` prints the text itself, `cp "$X"` and `ssh-add "$X"` name a file. `null`
 * when none of them tells.
 */
function typeByUse(key: string, jobs: readonly PipelineJob[]): NeededVariable['type'] | null {
  const lines = jobs.flatMap((job) => job.lines).filter((line) => line.includes(key))
  const variable = `"?\\$\\{?${key}\\}?"?`
  const asText = new RegExp(`(?:echo|printf)\\s[^|;&]*${variable}|<<<\\s*${variable}`)
  const asFile = new RegExp(
    `(?:cp|cat|mv|install|chmod|ssh-add|tr|base64|source|\\.)\\s(?:-\\S+\\s|\\d+\\s)*${variable}|\\s-[iF]\\s*${variable}|[^<]<\\s*${variable}`,
  )
  const text = lines.some((line) => asText.test(line))
  const file = lines.some((line) => asFile.test(line))
  if (text && file) return 'either'
  return text ? 'env_var' : file ? 'file' : null
}
