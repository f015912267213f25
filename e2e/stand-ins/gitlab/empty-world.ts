import { emptyOauth } from './oauth-grants.ts'
import { usualRunner } from './wiring.ts'
import type { DeployHost, User, World } from './world.ts'

/** Tokens that the stand-in knows: the first may do everything, the second only look. */
export const apiToken = 'stand-in-api-token'
export const readApiToken = 'stand-in-read-api-token'

/** A GitLab with people and tokens, and no project. */
export function emptyWorld(options: {
  dir: string
  users: User[]
  members: World['members']
  hosts: { review: DeployHost; production: DeployHost }
  heroku?: World['heroku']
  runnerKeyFile: string
  jobMs: number
}): World {
  const [owner] = options.users
  if (!owner) throw new Error('A GitLab needs somebody to own its tokens.')
  return {
    ...options,
    heroku: options.heroku ?? null,
    members: structuredClone(options.members),
    url: 'http://127.0.0.1',
    tokens: new Map([
      [apiToken, { user: owner, scopes: ['api'], name: 'berth', expiresOn: null }],
      [readApiToken, { user: owner, scopes: ['read_api'], name: 'berth, to look', expiresOn: null }],
    ]),
    oauth: emptyOauth(),
    projects: new Map(),
    runners: [{ ...usualRunner }],
    groupVariables: {},
    clockSeconds: 0,
    slow: new Map(),
    failing: new Map(),
    hookRules: { toLocalNetwork: true, disabling: false },
    lastIds: {},
  }
}
