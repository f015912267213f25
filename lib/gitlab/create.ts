import { memoryBudget, type RequestBudget } from './budget.ts'
import { ciLintCalls } from './ci-lint.ts'
import { ciSettingsCalls } from './ci-settings.ts'
import { createClient } from './client.ts'
import type { Gitlab } from './contract.ts'
import { deploymentCalls } from './deployments.ts'
import { environmentCalls } from './environments.ts'
import { freezePeriodCalls } from './freeze-periods.ts'
import { hookCalls } from './hooks.ts'
import { membershipCalls } from './membership.ts'
import { mergeRequestCalls } from './merge-requests.ts'
import { pipelineCalls } from './pipelines.ts'
import { projectCalls } from './projects.ts'
import { repositoryCalls } from './repository.ts'
import { runnerCalls } from './runners.ts'
import { selfCalls } from './self.ts'
import { tagCalls } from './tags.ts'
import { createTransport, type TokenSource } from './transport.ts'
import { variableCalls } from './variables.ts'

export interface GitlabOptions {
  /** GitLab's own address, with its path when it does not live at the root. */
  url: string
  /** Berth's own access token, or where a person's comes from. */
  token: string | TokenSource
  /** Kept by a budget of this process alone, unless `budget` is given. */
  requestsPerMinute: number
  /** A budget shared with others; it replaces `requestsPerMinute`. */
  budget?: RequestBudget
  fetch?: typeof fetch
  /** For one request with its repeats. */
  timeoutMs?: number
  /** Where a walk over a list gives up, with an error. */
  maxPages?: number
  /** Gives up everything under way and to come, for a server that shuts down. */
  signal?: AbortSignal
  now?: () => number
}

/** GitLab as `Gitlab`, plus its requests by pattern, as in `GET projects/:id/jobs/:id`. */
export function createGitlab(options: GitlabOptions): Gitlab & { readonly requestCounts: ReadonlyMap<string, number> } {
  const { url, token, requestsPerMinute, timeoutMs = 20_000, maxPages = 500, now = Date.now, signal } = options
  const budget = options.budget ?? memoryBudget({ requestsPerMinute, now })
  const tokenOf: TokenSource = typeof token === 'string' ? async () => token : token
  const owner = typeof token === 'string' ? 'berth' : 'person'
  const transport = createTransport({ budget, tokenOf, owner, fetch: options.fetch ?? fetch, timeoutMs, signal, now })
  const client = createClient({ url, transport })
  return {
    ...projectCalls(client, maxPages),
    ...repositoryCalls(client, maxPages),
    ...tagCalls(client, maxPages),
    ...ciLintCalls(client),
    ...membershipCalls(client),
    ...mergeRequestCalls(client, maxPages),
    ...environmentCalls(client, maxPages),
    ...deploymentCalls(client),
    ...freezePeriodCalls(client, maxPages),
    ...hookCalls(client, maxPages),
    ...pipelineCalls(client, maxPages),
    ...variableCalls(client, maxPages),
    ...runnerCalls(client, maxPages),
    ...ciSettingsCalls(client, maxPages),
    ...selfCalls(client),
    get requestCount() {
      return [...transport.requestCounts.values()].reduce((sum, count) => sum + count, 0)
    },
    requestCounts: transport.requestCounts,
  }
}
