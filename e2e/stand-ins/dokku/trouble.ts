/** What the control doors have asked to go wrong on a host. */
export interface Trouble {
  /** Commands whose next answer is cut in the middle, with the connection. */
  dies: Set<string>
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
  dies: new Set(),
  garbage: new Map(),
  undestroyable: new Set(),
  web: new Map(),
})
