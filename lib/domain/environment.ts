export type EnvironmentState = 'available' | 'stopping' | 'stopped'
export type Tier = 'production' | 'staging' | 'testing' | 'development' | 'other'

export interface Environment {
  id: number
  name: string
  slug: string
  state: EnvironmentState
  tier: Tier
  externalUrl: string | null
  createdAt: Date
  updatedAt: Date
  /** When GitLab will stop it by itself; the real moment is up to an hour later. */
  autoStopAt: Date | null
}
