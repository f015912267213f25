import type { Process } from '#lib/domain/dokku-app.ts'
import { type Counts, countsWords } from '#lib/domain/scaling.ts'
import { type AppPlan, hostIn } from './app-command.ts'
import { done, failed, type Held, type Outcome } from './beat.ts'
import { patiently } from './patience.ts'

/** What has not come up by then has not come up. */
const settleMs = 20_000
/** A container that dies at once is up for a moment: it has to be seen twice. */
const steadyMs = 2000
const outageMs = 120_000

/**
 * Whether every process that the app is scaled to runs, seen in two looks in a row, and the scale is the wished one. A host
 * that stays silent for two minutes fails it.
 */
export async function verifyRunning(held: Held<AppPlan>, wished: Counts = {}): Promise<Outcome> {
  const { app, host } = held.plan.app
  const dokku = hostIn(held)
  const since = held.world.now().getTime()
  let wasUp = false
  for (;;) {
    const [scale, { processes }] = await patiently(held, outageMs, () =>
      Promise.all([dokku.scaleOf(app), dokku.processReport(app)]),
    )
    const complaint = scaleComplaint(scale, wished) ?? processComplaint(scale, processes)
    if (complaint === null && wasUp) return done(`App ${app} on ${host} runs as it should: ${runningWords(scale)}.`)
    wasUp = complaint === null
    if (complaint !== null) {
      if (held.world.now().getTime() - since >= settleMs) {
        return failed('dokku', `App ${app} on Dokku host ${host} ${complaint}.`)
      }
      await held.say(`App ${app} ${complaint}; looking again.`)
    }
    await held.pause(steadyMs)
  }
}

function scaleComplaint(scale: Counts, wished: Counts): string | null {
  const other = Object.keys(wished).filter((type) => scale[type] !== wished[type])
  return other.length === 0 ? null : `is scaled to ${countsWords(scale)}, not ${countsWords(wished)}`
}

/** Judged by each process: Dokku's own `running` says true of a crash loop. */
function processComplaint(scale: Counts, processes: readonly Process[]): string | null {
  const down = processes.filter(({ status }) => status !== 'running')
  if (down.length > 0) return `has ${down.map(({ type, index, status }) => `${type}.${index} ${status}`).join(', ')}`
  const running = Map.groupBy(processes, ({ type }) => type)
  const short = Object.entries(scale).filter(([type, count]) => (running.get(type)?.length ?? 0) !== count)
  if (short.length === 0) return null
  return `has ${short.map(([type, count]) => `${running.get(type)?.length ?? 0} of ${count} ${type}`).join(', ')}`
}

const runningWords = (scale: Counts): string =>
  Object.values(scale).every((count) => count === 0) ? 'it is scaled to nothing' : countsWords(scale)
