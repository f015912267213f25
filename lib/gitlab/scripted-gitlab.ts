import { type Step, scriptedApi } from '../scripted-api.ts'
import { createGitlab, type GitlabOptions } from './index.ts'

export type { Step }

/** A GitLab that plays exactly these steps, told by what follows `/api/v4`, and a client of it. */
export async function scriptedGitlab(steps: Step[], options: Partial<GitlabOptions> = {}) {
  const { url, requests } = await scriptedApi(steps, { root: '/api/v4/' })
  return { url, requests, gitlab: createGitlab({ url, token: 'glpat-secret', requestsPerMinute: 1000, ...options }) }
}
