import { z } from 'zod'
import type { Environment, EnvironmentState, Tier } from '#lib/domain/environment.ts'
import { guessTier } from '#lib/domain/tier.ts'
import type { Client } from './client.ts'
import type { Gitlab } from './contract.ts'
import { deployment } from './deployments.ts'
import { readEveryPage, readPage } from './pages.ts'
import { id, instant, oneOf, orNull, readable } from './schema.ts'

const tiers: readonly Tier[] = ['production', 'staging', 'testing', 'development', 'other']

/** https://docs.gitlab.com/api/environments/ */
const environment: z.ZodType<Environment> = z
  .object({
    id,
    name: z.string(),
    slug: z.string(),
    // A state that Berth does not know is taken for one that is changing: nobody may act on it.
    state: oneOf<EnvironmentState>(['available', 'stopping', 'stopped'], 'stopping'),
    tier: orNull(z.string()),
    external_url: orNull(z.string()),
    created_at: instant,
    updated_at: instant,
    auto_stop_at: orNull(instant),
  })
  .transform((answer) => ({
    id: answer.id,
    name: answer.name,
    slug: answer.slug,
    state: answer.state,
    tier: tiers.find((tier) => tier === answer.tier) ?? guessTier(answer.name),
    externalUrl: webAddress(answer.external_url),
    createdAt: answer.created_at,
    updatedAt: answer.updated_at,
    autoStopAt: answer.auto_stop_at,
  }))

/** Whoever may push can choose the address, and it becomes a link: only what a browser opens as a page counts. */
const webAddress = (text: string | null): string | null =>
  text !== null && URL.canParse(text) && /^https?:$/.test(new URL(text).protocol) ? text : null

/**
 * The last deployment that succeeded stands in the answer for one environment, and only there; it does not name the
 * environment again.
 */
const lastDeployment = z
  .object({ id, name: z.string(), last_deployment: orNull(z.looseObject({})) })
  .transform(({ last_deployment, ...environment }): unknown => last_deployment && { ...last_deployment, environment })
  .pipe(deployment.nullable())

type Calls = Pick<Gitlab, 'environments' | 'environmentsPage' | 'environment' | 'stopEnvironment'>

export const environmentCalls = ({ environments }: Client, maxPages: number): Calls => ({
  environments: (projectId) =>
    readEveryPage({
      what: 'environments',
      schema: environment,
      maxPages,
      key: (value) => value.id,
      ask: (query) => environments.all(projectId, query),
    }),
  environmentsPage: (projectId, { page = 1 }) =>
    readPage({ what: 'environments', schema: environment, page, ask: (query) => environments.all(projectId, query) }),
  async environment(projectId, environmentId) {
    const answer: unknown = await environments.show(projectId, environmentId)
    return {
      ...readable(environment, answer, 'an environment'),
      lastDeployment: readable(lastDeployment, answer, "an environment's last deployment"),
    }
  },
  stopEnvironment: async (projectId, environmentId) =>
    readable(environment, await environments.stop(projectId, environmentId), 'an environment'),
})
