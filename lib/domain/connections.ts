import type { Mapping } from './mapping.ts'
import { listed } from './sentence.ts'

/** What a Dokku host is for: review apps and staging, or production. */
export const hostRoles = ['review', 'production'] as const
export type HostRole = (typeof hostRoles)[number]

/** What GitLab tells of a token. */
export interface TokenFacts {
  /** As somebody named it in GitLab. */
  name: string
  /** Whose it is. */
  username: string
  scopes: string[]
  /** `2027-01-31`, the day on which it ends; `null`: never. */
  expiresOn: string | null
}

/** What somebody connected in the browser, secrets opened. A connection whose test is still to come is not in it. */
export interface StoredConnections {
  /** `null` until the projects are chosen. */
  gitlab: {
    url: string
    token: string
    projects: string[]
    oauth: { id: string; secret: string } | null
    admins: string[]
    operatorEnters: boolean
  } | null
  hosts: StoredHost[]
  herokuKey: string | null
  /** By project path. */
  mappings: Record<string, Partial<Mapping>>
  /** The stand-ins of the demo were left for good. */
  hasLeftDemo: boolean
}

export interface StoredHost {
  name: string
  address: string
  port: number
  user: string
  role: HostRole
  hostKeyFingerprint: string
  /** OpenSSH form. */
  privateKey: string
}

/** An empty database. */
export const nothingStored: StoredConnections = {
  gitlab: null,
  hosts: [],
  herokuKey: null,
  mappings: {},
  hasLeftDemo: false,
}

/** Whether the token may act, and not only look. */
export const mayAct = ({ scopes }: Pick<TokenFacts, 'scopes'>): boolean => scopes.includes('api')

/** Where what is connected is changed, for a message: `in Settings → Connections, or in BERTH_GITLAB_TOKEN`. */
export const whereSet = (...variables: readonly string[]): string =>
  `in Settings → Connections, or in ${listed(variables)}`
