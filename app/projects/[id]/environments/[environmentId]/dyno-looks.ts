import type { DynoState } from '#lib/domain/heroku-app.ts'
import type { StatusLook } from '../../../../_ui/status-looks.ts'

/** Of one dyno, in Heroku's words. */
export const dynoLooks: Record<DynoState, StatusLook> = {
  up: { tone: 'ok', words: 'up' },
  idle: { tone: 'ok', words: 'idle' },
  starting: { tone: 'busy', words: 'starting' },
  crashed: { tone: 'critical', words: 'crashed' },
  down: { tone: 'critical', words: 'down' },
  unknown: { tone: 'unknown', words: 'unknown' },
}
