import type { World } from '#lib/context.ts'
import type { Dokku } from '#lib/dokku/index.ts'
import { BerthError } from '#lib/domain/errors.ts'
import { questionsOf } from './host-questions.ts'
import type { HostChanges, HostReading } from './host-reading.ts'
import type { HostSpending } from './host-spending.ts'
import { inspectionsDue } from './inspection.ts'
import type { Look } from './look.ts'

/** A question that got no answer is not asked again for so long: an app that cannot be read must not block the others. */
const pauseAfterFailureSeconds = 60

/** What the looks at a host hand on about their questions. */
interface InspectionCursor {
  /** When questions were asked in vain, by question. */
  failed: Record<string, string>
  /** Questions about what changed that nobody had time for yet. */
  pending: string[]
  turn: number
}

/**
 * Asks about single apps and services what the look at the whole host could not tell: one question at a time, the most
 * urgent first, for as long as the host's credit lasts. Answers with the next look's cursor.
 */
export async function inspect(
  world: World,
  dokku: Dokku,
  look: Look,
  { reading, changes, spending }: { reading: HostReading; changes: HostChanges; spending: HostSpending },
): Promise<InspectionCursor> {
  const before = look.cursor as Partial<InspectionCursor>
  const cursor: InspectionCursor = {
    failed: recentFailures(before.failed, look.asOf),
    pending: before.pending ?? [],
    turn: before.turn ?? 0,
  }
  const questions = await questionsOf(world, {
    dokku,
    look,
    ask: spending.ask,
    reading,
    changes,
    pending: new Set(cursor.pending),
  })
  const askable = questions.filter(({ name }) => !(name in cursor.failed))
  const due = inspectionsDue(askable, { turn: cursor.turn, asOf: look.asOf })
  const waiting = new Set([...due.map(({ name }) => name), ...Object.keys(cursor.failed)])
  cursor.pending = questions
    .filter(({ name, attention }) => attention === 'changed' && waiting.has(name))
    .map(({ name }) => name)
  if (due.length === 0 || spending.credit.seconds <= 0) return cursor

  // A look that does not end has spent what it had.
  await look.keep({ ...cursor, credit: { ...spending.credit, seconds: 0 } })
  const runs = new Map(questions.map(({ name, run }) => [name, run]))
  const answered = new Set<string>()
  for (const { name, nextTurn } of due) {
    if (spending.credit.seconds <= 0) break
    cursor.turn = nextTurn
    try {
      await runs.get(name)?.()
      answered.add(name)
    } catch (error) {
      // One app that cannot be read, or went away since the look, is no failure of the host.
      if (!(error instanceof BerthError)) throw error
      cursor.failed[name] = look.asOf.toISOString()
      // A host that stops answering is not asked on: the next look finds out how it is.
      if (error.kind === 'unavailable') break
    }
  }
  return { ...cursor, pending: cursor.pending.filter((name) => !answered.has(name)) }
}

function recentFailures(failed: Record<string, string> = {}, asOf: Date): Record<string, string> {
  const since = new Date(asOf.getTime() - pauseAfterFailureSeconds * 1000).toISOString()
  return Object.fromEntries(Object.entries(failed).filter(([, failedAt]) => failedAt > since))
}
