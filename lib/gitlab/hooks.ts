import { z } from 'zod'
import type { Hook, HookStatus, NewHook } from '#lib/domain/webhook.ts'
import type { Client } from './client.ts'
import type { Gitlab } from './contract.ts'
import { readEveryPage } from './pages.ts'
import { id, oneOf, orNull, readable } from './schema.ts'

/** https://docs.gitlab.com/api/project_webhooks/. A status that Berth does not know is no reason to call a hook broken. */
const hook: z.ZodType<Hook> = z
  .object({
    id,
    url: z.string(),
    alert_status: orNull(oneOf<HookStatus>(['executable', 'temporarily_disabled', 'disabled'], 'executable')),
  })
  .transform((answer) => ({ id: answer.id, url: answer.url, status: answer.alert_status }))

/** All that Berth takes hints from, and no more: what it does not read it does not want sent. */
const events = {
  pushEvents: true,
  tagPushEvents: true,
  mergeRequestsEvents: true,
  pipelineEvents: true,
  jobEvents: true,
  deploymentEvents: true,
}

const fields = ({ token }: NewHook) => ({ token, ...events })

type Calls = Pick<Gitlab, 'hooks' | 'addHook' | 'changeHook' | 'removeHook' | 'testHook'>

export const hookCalls = ({ projectHooks }: Client, maxPages: number): Calls => ({
  hooks: (projectId) =>
    readEveryPage({
      what: 'webhooks',
      schema: hook,
      maxPages,
      key: (value) => value.id,
      ask: (query) => projectHooks.all(projectId, query),
    }),
  addHook: async (projectId, wish) =>
    readable(hook, await projectHooks.add(projectId, wish.url, fields(wish)), 'a webhook'),
  changeHook: async (projectId, hookId, wish) =>
    readable(hook, await projectHooks.edit(projectId, hookId, wish.url, fields(wish)), 'a webhook'),
  async removeHook(projectId, hookId) {
    await projectHooks.remove(projectId, hookId)
  },
  async testHook(projectId, hookId) {
    // Gitbeaker does not know this path.
    await projectHooks.requester.post(`${projectId}/hooks/${hookId}/test/push_events`)
  },
})
