import { ok, Refusal, type Reply } from './reply.ts'
import type { Runner, Variable, Wiring } from './wiring.ts'
import { projectByPath, type World } from './world.ts'

type Body = Record<string, unknown>
type Door = (controls: { world: World }, body: Body) => Reply

const wiringOf = (world: World, { project }: Body): Wiring => projectByPath(world, String(project)).wiring

/** Doors that make the faults which a wiring can have. */
export const wiringDoors: Record<string, Door> = {
  'GET /variables': ({ world }) =>
    ok(Object.fromEntries([...world.projects.values()].map(({ path, wiring }) => [path, wiring.variables]))),
  'POST /variables': ({ world }, body) => {
    const { variables } = wiringOf(world, body)
    const at = variables.findIndex(({ key }) => key === body.key)
    if (body.absent === true) variables.splice(at, at < 0 ? 0 : 1)
    else if (at < 0) throw new Refusal(404, { error: 'no such variable' })
    else Object.assign(variables[at] as Variable, body.set)
    return ok(variables.map(({ key }) => key))
  },
  'POST /runners': ({ world }, body) => {
    const runner = world.runners.find(({ id }) => id === Number(body.id ?? 1))
    if (!runner) throw new Refusal(404, { error: 'no such runner' })
    Object.assign(runner, body.set as Partial<Runner>)
    return ok(world.runners)
  },
  'POST /wiring': ({ world }, body) => ok(Object.assign(wiringOf(world, body), body.set as Partial<Wiring>)),
  'POST /token': ({ world }, body) => {
    const token = world.tokens.get(String(body.token))
    if (!token) throw new Refusal(404, { error: 'no such token' })
    return ok(Object.assign(token, body.set))
  },
  'POST /clock': ({ world }, body) => {
    world.clockSeconds = Number(body.seconds ?? 0)
    return ok({ seconds: world.clockSeconds })
  },
}
