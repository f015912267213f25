import { herokuObserved } from '#lib/db/heroku.ts'
import { herokuAppOf } from '#lib/domain/app-name.ts'
import { whereSet } from '#lib/domain/connections.ts'
import type { Environment } from '#lib/domain/environment.ts'
import { BerthError } from '#lib/domain/errors.ts'
import type { Project } from '#lib/domain/project.ts'
import type { Heroku } from '#lib/heroku/index.ts'
import type { World } from '../context.ts'
import { appBehind } from './app-behind.ts'
import type { DeployedPlan } from './verify-deployed.ts'

/** The app on Heroku behind an environment, by the mapping rule and what was last seen there; `null` when it is not there. */
export async function herokuBehind(world: World, project: Project, environment: Environment): Promise<string | null> {
  const directory = await herokuObserved(world.db, world.heroku !== null)
  return herokuAppOf(environment, { mapping: world.mappingOf(project.pathWithNamespace), directory })
}

/** Where GitLab deploys an environment to, for whoever looks there afterwards. */
export async function deployedTo(
  world: World,
  project: Project,
  environment: Environment,
): Promise<Pick<DeployedPlan, 'app' | 'heroku'>> {
  const heroku = await herokuBehind(world, project, environment)
  if (heroku !== null) return { app: null, heroku }
  return { app: (await appBehind(world, project, environment))?.app ?? null, heroku: null }
}

/** Throws `invalid` where Berth has no key of Heroku. */
export function herokuIn({ heroku }: Pick<World, 'heroku'>): Heroku {
  if (heroku) return heroku
  throw new BerthError('invalid', 'berth', `Berth has no key of Heroku: set one ${whereSet('BERTH_HEROKU_API_KEY')}.`)
}
