import type { Operation } from '#lib/domain/operation.ts'
import { type Counts, countsComplaint, countsWords, scalability } from '#lib/domain/scaling.ts'
import type { Context } from '../context.ts'
import { type AppPlan, decideOnApp, runOnApp } from './app-command.ts'
import type { Decided } from './ask.ts'
import { type AppTarget, askOnApp } from './ask-on-app.ts'
import { type Beats, skipped } from './beat.ts'
import { verifyRunning } from './verify-running.ts'

export interface ScaleApp extends AppTarget {
  /** Containers by process type, 0 to 100; types that are left out stay as they are. */
  counts: Counts
}

export type ScalePlan = AppPlan & { counts: Counts }

/** Gives an app so many containers of its process types. What is in the lane keeps at least one. */
export function scaleApp(ctx: Context, input: ScaleApp): Promise<Operation> {
  const wished = countsWords(input.counts)
  return askOnApp<ScalePlan>(ctx, input, {
    kind: 'app.scale',
    given: { counts: wished.slice(0, 300) },
    decide: () => decide(ctx, input),
    sameGiven: ({ counts }) => countsWords(counts) === wished,
    beats: scaleBeats,
  })
}

async function decide(ctx: Context, input: ScaleApp): Promise<Decided<ScalePlan>> {
  const counts = sorted(input.counts)
  const decided = await decideOnApp(ctx, 'app.scale', input, async (facts, dokku) => {
    // What cannot be meant is refused before the host is asked, and an app that is not there has no scale.
    const present = facts.report && !countsComplaint(counts) ? await dokku.scaleOf(facts.app.app) : {}
    return scalability(facts, counts, present)
  })
  return {
    ...decided,
    title: `${decided.title} to ${countsWords(counts)}`,
    plan: { ...decided.plan, counts },
  }
}

const sorted = (counts: Counts): Counts =>
  Object.fromEntries(Object.entries(counts).sort(([one], [other]) => (one < other ? -1 : 1)))

export const scaleBeats: Beats<ScalePlan> = {
  act: (held) =>
    runOnApp(held, {
      wish: 'scale',
      end: 'scaled',
      run: (dokku, app, signal) => dokku.scale(app, held.plan.counts, signal),
    }),
  follow: async () => skipped('Dokku answers when it has ended.'),
  verify: (held) => verifyRunning(held, held.plan.counts),
}
