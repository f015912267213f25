import { BerthError } from '#lib/domain/errors.ts'
import type { Held } from './beat.ts'

const names: Record<string, string> = { gitlab: 'GitLab', dokku: 'Dokku', heroku: 'Heroku' }

/**
 * Asks again while the other system is unavailable, for at most `milliseconds` without an answer, or as long as it says
 * itself; then the error goes on. A hurried beat does not wait at all. Only for questions: what changes something is never
 * repeated without looking first.
 */
export async function patiently<Answer>(
  held: Held<unknown>,
  milliseconds: number,
  ask: () => Promise<Answer>,
): Promise<Answer> {
  const since = held.world.now().getTime()
  for (let delayMs = 1000; ; delayMs = Math.min(delayMs * 2, 15_000)) {
    try {
      return await ask()
    } catch (error) {
      if (!(error instanceof BerthError) || error.kind !== 'unavailable' || held.hurried) throw error
      const waitMs = Math.max(delayMs, (error.retryAfterSeconds ?? 0) * 1000)
      if (held.world.now().getTime() + waitMs - since > milliseconds) throw error
      await held.say(`${names[error.system] ?? 'Berth'} does not answer (${error.message}); asking again.`)
      await held.pause(waitMs)
    }
  }
}
