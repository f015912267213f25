/** What the control doors have asked to go wrong on a host. */
export interface Trouble {
  /** Commands whose next answers are cut in the middle, with the connection, and how many of them. */
  dies: Map<string, number>
  /** What stands before the answers of a command, by its name or `*`. */
  garbage: Map<string, { text: string; stream: 'stdout' | 'stderr' }>
  /** Apps that cannot be destroyed. */
  undestroyable: Set<string>
  /** How the proxy answers for an app whose processes are well. */
  web: Map<string, WebTrouble>
}

export interface WebTrouble {
  status?: number
  delayMs?: number
  /** Never answers. */
  hang?: boolean
  /** Address of a redirect. */
  redirect?: string
}

export const noTrouble = (): Trouble => ({
  dies: new Map(),
  garbage: new Map(),
  undestroyable: new Set(),
  web: new Map(),
})
