import { type Decision, refuse } from './decision.ts'
import { running } from './deploy-guards.ts'
import type { Deployment } from './deployment.ts'
import type { Environment } from './environment.ts'
import type { HerokuApp } from './heroku-app.ts'

/** Whether the dynos of an app on Heroku may be started anew, or its maintenance mode be changed. */
export function herokuControllability({
  environment,
  app,
  deployments,
}: {
  environment: Pick<Environment, 'name' | 'state'>
  app: Pick<HerokuApp, 'name' | 'releasedAt'>
  /** GitLab's, of this environment. */
  deployments: readonly Deployment[]
}): Decision<{ words: string }> {
  if (environment.state !== 'available') return refuse(`${environment.name} is ${environment.state}.`)
  if (app.releasedAt === null) return refuse(`App ${app.name} was never released: there is nothing to run.`)
  const busy = running(environment.name, deployments)
  return busy ? refuse(busy.words) : { allowed: true, words: `App ${app.name} is on Heroku.` }
}
