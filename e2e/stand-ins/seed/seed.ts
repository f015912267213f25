import { readFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { talkVariables } from '../gitlab/wiring.ts'
import type { World } from '../gitlab/world.ts'
import type { SeedApp as SeedHerokuApp } from '../heroku/seed.ts'
import { seedDemo } from './demo.ts'
import { seedHandbook } from './handbook.ts'
import { type SeedApps, seedHelloApp } from './hello-app.ts'
import { seedHelloHeroku } from './hello-heroku.ts'
import { seedMonolith } from './monolith.ts'

/** Fills an empty world with the projects; gives what the Dokku hosts must have to match. */
export async function seed(
  world: World,
  { asOf, large, demo = false }: { asOf: Date; large: boolean; demo?: boolean },
): Promise<SeedApps & { reviewDatabases: string[]; heroku: SeedHerokuApp[] }> {
  const repositories = join(world.dir, 'repositories')
  await mkdir(repositories, { recursive: true })
  const onHeroku = world.heroku
    ? await seedHelloHeroku(world, { asOf, repository: join(repositories, 'hello-heroku.git') })
    : null
  const parts = [
    await seedHelloApp(world, { asOf, repository: join(repositories, 'hello-app.git') }),
    await seedHandbook(world, { asOf, repository: join(repositories, 'handbook.git') }),
    ...(onHeroku ? [onHeroku] : []),
    ...(large ? [seedMonolith(world, asOf)] : []),
  ]
  const privateKey = readFileSync(world.runnerKeyFile, 'utf8')
  // What has no repository deploys nothing, and needs nothing for it.
  for (const { repository, wiring } of world.projects.values())
    if (repository) wiring.variables = talkVariables(world, privateKey)
  const more = demo ? await seedDemo(world, asOf) : { review: [], reviewDatabases: [] }
  return {
    review: [...parts.flatMap(({ review }) => review), ...more.review],
    production: parts.flatMap(({ production }) => production),
    reviewDatabases: more.reviewDatabases,
    heroku: onHeroku?.heroku ?? [],
  }
}
