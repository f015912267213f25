import type { ProcessStatus } from '#lib/domain/dokku-app.ts'
import type { StatusLook } from '../../../../_ui/status-looks.ts'

/** Of one container, in Docker's words. */
export const processLooks: Record<ProcessStatus, StatusLook> = {
  running: { tone: 'ok', words: 'running' },
  restarting: { tone: 'critical', words: 'restarting' },
  exited: { tone: 'critical', words: 'exited' },
  missing: { tone: 'critical', words: 'missing' },
  created: { tone: 'attention', words: 'created' },
  paused: { tone: 'attention', words: 'paused' },
  dead: { tone: 'critical', words: 'dead' },
  removing: { tone: 'busy', words: 'removing' },
}
