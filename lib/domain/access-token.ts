/** An access token as GitLab describes it to its own bearer. */
export interface AccessToken {
  name: string
  scopes: string[]
  isActive: boolean
  /** The day on which it ends, at its beginning in UTC; `null` for one that never does. */
  expiresAt: Date | null
}
