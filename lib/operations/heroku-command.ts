import { refuseUnless } from '#lib/domain/decision.ts'
import { BerthError } from '#lib/domain/errors.ts'
import type { HerokuApp } from '#lib/domain/heroku-app.ts'
import { herokuControllability } from '#lib/domain/heroku-control.ts'
import type { OperationKind } from '#lib/domain/operation.ts'
import type { Context } from '../context.ts'
import type { Decided } from './ask.ts'
import type { AppTarget } from './ask-on-app.ts'
import { herokuBehind, herokuIn } from './heroku-behind.ts'
import { environmentNow } from './redeploy.ts'

/** What every command on an app on Heroku needs to know of it. */
export interface HerokuPlan {
  kind: OperationKind
  environmentName: string
  heroku: string
}

/** Re-reads the environment from GitLab and its app from Heroku, and asks the rule. */
export async function decideOnHeroku(
  ctx: Context,
  kind: OperationKind,
  target: AppTarget,
): Promise<{ decided: Decided<HerokuPlan>; app: HerokuApp }> {
  const [project, { environment, deployments }] = await Promise.all([
    ctx.gitlab.project(target.projectId),
    environmentNow(ctx, target),
  ])
  const heroku = await herokuBehind(ctx, project, environment)
  if (heroku === null) throw new BerthError('refused', 'berth', `${environment.name} is not on Heroku.`)
  const app = await herokuIn(ctx).app(heroku)
  const { words } = refuseUnless(herokuControllability({ environment, app, deployments }))
  const plan = { kind, environmentName: environment.name, heroku }
  return { decided: { title: environment.name, words, jobId: null, plan }, app }
}
