import type { World } from '../context.ts'

/** What a killed process looks like from inside a test: nothing that it tries afterwards happens. */
export class Killed extends Error {}

/**
 * The world of a process that is killed around its `deathAt`-th call to GitLab, Dokku or the database: before the call is
 * made when that number is odd, after it was carried out when it is even. From then on no call goes through.
 */
export function mortal(world: World, deathAt: number): { world: World; isDead(): boolean } {
  let moments = 0
  let dead = false

  function pass(): void {
    moments += 1
    if (moments === deathAt) dead = true
    if (dead) throw new Killed(`killed at ${deathAt}`)
  }

  function mortalCall(call: (...input: unknown[]) => Promise<unknown>) {
    return (...input: unknown[]) => {
      // Prisma's calls start when they are awaited, so the outcome is a promise of our own.
      const outcome = async () => {
        pass()
        const answer = await call(...input)
        pass()
        return answer
      }
      return outcome()
    }
  }

  function mortalObject<Value extends object>(value: Value): Value {
    return new Proxy(value, {
      get(target, key) {
        const member = Reflect.get(target, key) as unknown
        if (typeof member === 'function') return mortalCall(member.bind(target))
        const isModel = typeof member === 'object' && member !== null && 'findMany' in member
        return isModel ? mortalObject(member) : member
      },
    })
  }

  return {
    isDead: () => dead,
    world: {
      ...world,
      db: mortalObject(world.db),
      gitlab: mortalObject(world.gitlab),
      gitlabAs: async (personId) => mortalObject(await world.gitlabAs(personId)),
      dokku: new Map([...world.dokku].map(([name, dokku]) => [name, mortalObject(dokku)])),
      heroku: world.heroku && mortalObject(world.heroku),
    },
  }
}
