import { send } from './hook-calls.ts'
import { Refusal } from './reply.ts'
import type { Hook, HookRules, Project, World } from './world.ts'

/** Every call of every hook, oldest first, without what a hook keeps secret. */
export const eventsOf = (world: World) =>
  [...world.projects.values()].flatMap((project) =>
    project.hooks.flatMap(({ id: hookId, events }) =>
      events.map(({ id, trigger, at, headers, status, body }) => ({
        project: project.path,
        hookId,
        id,
        trigger,
        at,
        key: headers['Idempotency-Key'],
        status,
        body: JSON.parse(body) as unknown,
      })),
    ),
  )

/** What an administrator sets. */
export function changeHookRules(world: World, body: Record<string, unknown>): HookRules {
  for (const rule of ['toLocalNetwork', 'disabling'] as const)
    if (typeof body[rule] === 'boolean') world.hookRules[rule] = body[rule]
  return world.hookRules
}

function hookIn(project: Project, body: Record<string, unknown>): Hook {
  const hook = body.hookId === undefined ? project.hooks.at(-1) : project.hooks.find(({ id }) => id === body.hookId)
  if (!hook) throw new Refusal(404, { error: 'no such hook' })
  return hook
}

/** What a person does in GitLab's pages, where the signing token is shown and set. */
export function changeHook(project: Project, body: Record<string, unknown>): { hookId: number } {
  const hook = hookIn(project, body)
  const set = <Key extends 'url' | 'token' | 'signingToken'>(key: Key) => {
    if (typeof body[key] === 'string') hook[key] = body[key]
    else if (body[key] === null && key !== 'url') Object.assign(hook, { [key]: null })
  }
  set('url')
  set('token')
  set('signingToken')
  return { hookId: hook.id }
}

/** How many calls are under way at once, as several background workers make them. */
const atOnce = 20

/**
 * Sends what was sent before again, with the same keys: each `times` over, all of it in another order unless `shuffled` is
 * false, the same each time. `withNewKeys` makes each a delivery of its own, as of a receiver that answered too late. Answers
 * how many got which status.
 */
export async function replay(
  world: World,
  project: Project,
  body: Record<string, unknown>,
): Promise<Record<string, number>> {
  const hook = hookIn(project, body)
  const times = Number(body.times ?? 1)
  const calls = Array.from({ length: times }, () => hook.events).flat()
  if (body.shuffled !== false) shuffle(calls)
  const answers: Record<string, number> = {}
  const next = calls.values()
  const worker = async () => {
    for (const { trigger, headers, body: sent } of next) {
      const key = body.withNewKeys === true ? { 'Idempotency-Key': crypto.randomUUID() } : {}
      const { status } = await send(world, hook, { trigger, headers: { ...headers, ...key }, body: sent })
      answers[status] = (answers[status] ?? 0) + 1
    }
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  return answers
}

/** In place; by a counter that always begins with the same number, so that a failure can be had again. */
function shuffle(values: unknown[]): void {
  let state = 42
  for (let index = values.length - 1; index > 0; index -= 1) {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    const other = state % (index + 1)
    ;[values[index], values[other]] = [values[other], values[index]]
  }
}
