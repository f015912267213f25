import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { World } from '../gitlab/world.ts'
import { seedHandbook } from './handbook.ts'
import { type SeedApps, seedHelloApp } from './hello-app.ts'
import { seedMonolith } from './monolith.ts'

/** Fills an empty world with the projects of the demo; gives what the Dokku hosts must have to match. */
export async function seed(world: World, { asOf, large }: { asOf: Date; large: boolean }): Promise<SeedApps> {
  const repositories = join(world.dir, 'repositories')
  await mkdir(repositories, { recursive: true })
  const parts = [
    await seedHelloApp(world, { asOf, repository: join(repositories, 'hello-app.git') }),
    await seedHandbook(world, { asOf, repository: join(repositories, 'handbook.git') }),
    ...(large ? [seedMonolith(world, asOf)] : []),
  ]
  return {
    review: parts.flatMap(({ review }) => review),
    production: parts.flatMap(({ production }) => production),
  }
}
