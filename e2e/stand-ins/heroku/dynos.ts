import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { type App, currentRelease, type Dyno, type DynoState, slugOf, type World } from './world.ts'

/** Takes all dynos away and starts as many as the formation says, of what is released now. */
export function replaceDynos(world: World, app: App): void {
  const release = currentRelease(app)
  const at = new Date()
  app.dynos =
    slugOf(app, release) === undefined
      ? []
      : app.formation.flatMap(({ type, quantity }) =>
          Array.from({ length: quantity }, (_, index): Dyno => {
            const name = `${type}.${index + 1}`
            const version = release?.version ?? 0
            return { id: randomUUID(), name, type, state: 'starting', release: version, createdAt: at, updatedAt: at }
          }),
        )
  void start(world, app)
}

/** A program that ends at once is `crashed`; Heroku tries again later and later, which is not played here. */
async function start(world: World, app: App): Promise<void> {
  const starting = app.dynos
  await wait(world.stepMs, undefined, { ref: false })
  if (app.dynos !== starting) return
  const crashes = slugOf(app, currentRelease(app))?.trouble === 'crash'
  for (const dyno of starting) if (dyno.state === 'starting') settle(dyno, crashes ? 'crashed' : 'up')
}

export function settle(dyno: Dyno, state: DynoState): void {
  dyno.state = state
  dyno.updatedAt = new Date()
}

/** `web` or `web.1`, all without it. */
export const dynosOf = ({ dynos }: App, process: string | undefined): Dyno[] =>
  dynos.filter(({ name, type }) => process === undefined || name === process || type === process)
