import type { Project, World } from './world.ts'

export interface Variable {
  key: string
  value: string
  type: 'env_var' | 'file'
  isProtected: boolean
  isMasked: boolean
  environmentScope: string
  description: string | null
}

/** How a project is set up for CI/CD. */
export interface Wiring {
  variables: Variable[]
  /** Names or patterns. */
  protectedBranches: string[]
  /** Developers too may merge into these. */
  developersMerge: boolean
  isCiEnabled: boolean
  sharedRunners: boolean
  keepLatestArtifact: boolean
  forwardDeployment: boolean
  forwardRollback: boolean
}

/** A runner, and whose jobs it takes. */
export interface Runner {
  id: number
  description: string
  status: 'online' | 'offline' | 'stale' | 'never_contacted'
  isPaused: boolean
  tags: string[]
  runUntagged: boolean
  protectedOnly: boolean
  /** Every project that has shared runners switched on, or the one of this path. */
  serves: 'instance' | 'every project' | { project: string }
}

export const usualRunner: Runner = {
  id: 1,
  description: 'docker',
  status: 'online',
  isPaused: false,
  tags: ['docker'],
  runUntagged: true,
  protectedOnly: false,
  serves: 'every project',
}

/** As GitLab sets up a new project, with the default branch protected. */
export const usualWiring = (): { wiring: Wiring } => ({
  wiring: {
    variables: [],
    protectedBranches: ['master'],
    developersMerge: false,
    isCiEnabled: true,
    sharedRunners: false,
    keepLatestArtifact: true,
    forwardDeployment: true,
    forwardRollback: true,
  },
})

/** What a variable is unless somebody says otherwise. */
export const blankVariable: Omit<Variable, 'key' | 'value'> = {
  type: 'env_var',
  isProtected: false,
  isMasked: false,
  environmentScope: '*',
  description: null,
}

const variable = (key: string, value: string): Variable => ({ ...blankVariable, key, value })

/** The variables that the talk tells to set: it prints them, so none is a file. */
export function talkVariables({ hosts }: Pick<World, 'hosts'>, privateKey: string): Variable[] {
  const { review, production } = hosts
  const keys = [review, production].map((host) => `# ${host.address}:${host.sshPort} ${host.hostKeyFingerprint}`)
  return [
    variable('SSH_PRIVATE_KEY', privateKey),
    variable('SSH_SERVER_HOSTKEYS', keys.join('\n')),
    variable('SSH_CONFIG', `Host *\n  Port ${review.sshPort}\n`),
    variable('DOKKU_HOST', review.address),
    variable('DOKKU_DOMAIN', 'localhost'),
    variable('PRODUCTION_DOKKU_HOST', production.address),
  ]
}

export const runnersOf = (world: World, project: Project): Runner[] =>
  world.runners.filter(({ serves }) =>
    serves === 'instance'
      ? project.wiring.sharedRunners
      : serves === 'every project' || serves.project === project.path,
  )
