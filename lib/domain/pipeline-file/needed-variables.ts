import type { PipelineOptions } from './options.ts'

/** A CI/CD variable that the project has to have for the file to work. */
export interface NeededVariable {
  key: string
  type: 'file' | 'env_var'
  /** May be missing. */
  isOptional: boolean
  /** Used on branches that nobody protects: a protected variable would not be there. */
  isForEveryBranch: boolean
  words: string
}

/** Everything that the generated file expects from the project's CI/CD variables. */
export function neededVariables(options: PipelineOptions): NeededVariable[] {
  const { syntax, variant, reviewHost, reviewDomain, productionHost } = options
  const secret = syntax === 'rules' ? 'file' : 'env_var'
  const everywhere = { isOptional: false, isForEveryBranch: true }
  const protectedOnly = { isOptional: false, isForEveryBranch: false }
  return [
    {
      key: 'SSH_PRIVATE_KEY',
      type: secret,
      ...everywhere,
      words: 'The key that the hosts let in. It ends with a line break.',
    },
    {
      key: 'SSH_SERVER_HOSTKEYS',
      type: secret,
      ...everywhere,
      words: 'The known_hosts line of each host: read once by somebody who compared its fingerprint.',
    },
    {
      key: 'SSH_CONFIG',
      type: secret,
      ...everywhere,
      isOptional: true,
      words: 'For a host on another port, for example.',
    },
    ...(reviewHost === ''
      ? [
          {
            key: 'DOKKU_HOST',
            type: 'env_var' as const,
            ...everywhere,
            words: 'Address of the Dokku host for review apps.',
          },
        ]
      : []),
    ...(reviewDomain === ''
      ? [
          {
            key: 'DOKKU_DOMAIN',
            type: 'env_var' as const,
            ...everywhere,
            words: 'What the review apps’ addresses end with.',
          },
        ]
      : []),
    ...(variant === 'dokku' && productionHost === ''
      ? [
          {
            key: 'PRODUCTION_DOKKU_HOST',
            type: 'env_var' as const,
            ...protectedOnly,
            words: 'Address of the Dokku host for staging and production.',
          },
        ]
      : []),
    ...(variant === 'heroku'
      ? (['STAGING', 'PRODUCTION'] as const).map((step) => ({
          key: `HEROKU_${step}_API_KEY`,
          type: 'env_var' as const,
          ...protectedOnly,
          words:
            step === 'STAGING'
              ? 'Key of the Heroku account that deploys staging.'
              : 'Key of the Heroku account that deploys production. The tags that deploy have to be protected to see it protected.',
        }))
      : []),
  ]
}
