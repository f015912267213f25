import { cancelRequestedBy } from '#lib/db/operations.ts'
import { sweepCandidates, sweepGrounds } from '#lib/db/sweep-candidates.ts'
import { recordSweepItems, skipWaitingItems, sweepItemsOf } from '#lib/db/sweep-items.ts'
import { BerthError } from '#lib/domain/errors.ts'
import type { Operation } from '#lib/domain/operation.ts'
import { confirmationOf, mostVictims, type SweepPlan, sweepPlan, sweepTally } from '#lib/domain/sweep.ts'
import { subjectOf } from '#lib/domain/sweep-subject.ts'
import type { Context } from '../context.ts'
import { ask, type Decided } from './ask.ts'
import { type Beats, canceled, done, failed, type Held, type Outcome } from './beat.ts'
import { sweepItem } from './sweep-item.ts'
import { sweepSources } from './sweep-sources.ts'
import type { SweepMoment } from './sweep-truth.ts'

export interface Sweep {
  projectId: number
  /** Keys of what is to go, at most 500. */
  subjects: string[]
  /** What the person typed: `sweep 12`. */
  confirmation: string
}

export interface SweepingPlan extends SweepMoment {
  /** Keys of what was chosen, sorted: whether two wishes are the same. */
  subjects: string[]
  /** Where the victims are. */
  hosts: string[]
}

/** Merge requests are asked for by when they were updated; clocks and looks may be apart by so much. */
const marginMs = 10 * 60_000

/**
 * Takes down what nobody needs, one by one: GitLab's stop first, then the app, then the database, each looked at before
 * and after. What became needed again is spared. Needs the typed words that belong to the plan as it is now.
 */
export function sweep(ctx: Context, input: Sweep): Promise<Operation> {
  const { projectId, confirmation } = input
  const subjects = [...new Set(input.subjects)]
  return ask<SweepingPlan>(ctx, {
    kind: 'sweep',
    projectId,
    environmentId: null,
    subject: `sweep:${projectId}`,
    target: `project ${projectId}`,
    input: { projectId, confirmation: confirmation.slice(0, 100), chosen: subjects.length },
    least: 'maintainer',
    decide: () => decide(ctx, { projectId, subjects, confirmation }),
    sameWish: (running) => running.subjects.join(' ') === subjects.toSorted().join(' '),
    beats: sweepBeats,
  })
}

async function decide(ctx: Context, { projectId, subjects, confirmation }: Sweep): Promise<Decided<SweepingPlan>> {
  const { db, mappingOf } = ctx
  if (subjects.length > mostVictims) throw invalid(`A sweep takes at most ${mostVictims} at once.`)
  const chosen = subjects.map((key) => {
    const subject = subjectOf(key)
    if (subject) return subject
    throw invalid(`"${key.slice(0, 80)}" is nothing that can be swept.`)
  })
  const grounds = await sweepGrounds(db, projectId, { hosts: [...ctx.dokku.keys()], mappingOf })
  const plan = sweepPlan(await sweepCandidates(db, chosen, grounds), ctx.now())
  requireConfirmed(plan, confirmation)
  const { victims } = plan
  const source = await db.source.findUnique({ where: { id: `gitlab:${projectId}` }, select: { observedAt: true } })
  const observedAt = new Date((source?.observedAt ?? ctx.now()).getTime() - marginMs)
  return {
    title: victims.length === 1 ? (victims[0]?.title ?? '') : `${victims.length} leftovers`,
    words: `${wordsOf(plan)} are to go, one by one.`,
    jobId: null,
    plan: { subjects: subjects.toSorted(), hosts: hostsOf(plan), observedAt },
    alongside: (transaction, operationId) => recordSweepItems(transaction, operationId, victims),
  }
}

/** A number that fits another plan means that something changed since the person looked: that is said. */
function requireConfirmed(plan: SweepPlan, typed: string): void {
  const wanted = confirmationOf(plan)
  const spared = plan.spared.map(({ title, reason }) => `${title} is spared: ${reason}`).slice(0, 5)
  if (plan.victims.length === 0) throw refused(['There is nothing to sweep.', ...spared].join(' '))
  if (typed.trim() === wanted) return
  if (!/^sweep \d+$/.test(typed.trim())) throw invalid(`Type "${wanted}" to confirm.`)
  throw refused(
    [`The plan has changed since you looked: it is "${wanted}" now, not "${typed.trim()}".`, ...spared].join(' '),
  )
}

const hostsOf = ({ victims }: SweepPlan): string[] => [
  ...new Set(victims.flatMap(({ app, database }) => [app?.host ?? [], database?.host ?? []].flat())),
]

const wordsOf = ({ victims }: SweepPlan): string =>
  [
    [victims.filter(({ steps }) => steps.includes('stop')).length, 'review apps to stop'] as const,
    [victims.filter(({ app }) => app !== null).length, 'apps'] as const,
    [victims.filter(({ database }) => database !== null).length, 'databases'] as const,
  ]
    .filter(([count]) => count > 0)
    .map(([count, what]) => `${count} ${what}`)
    .join(', ')

export const sweepBeats: Beats<SweepingPlan> = {
  act: async () => done('Berth takes them one by one.'),
  follow,
  verify,
}

/** Each item is written down as it goes: whoever takes over begins with the one that was under way. */
async function follow(held: Held<SweepingPlan>): Promise<Outcome> {
  const { db } = held.world
  const { id } = held.operation
  const items = await sweepItemsOf(db, id)
  const sources = sweepSources(held)
  for (const item of items) {
    if (item.status !== 'waiting' && item.status !== 'running') continue
    const by = await cancelRequestedBy(db, id)
    if (by !== null && item.status === 'waiting') return endEarly(held, by)
    await held.say(`${item.position} of ${items.length}: ${item.title}.`)
    await sweepItem(held, item, sources)
  }
  return done(`All ${items.length} were looked at.`)
}

async function endEarly(held: Held<SweepingPlan>, by: string): Promise<Outcome> {
  const { id } = held.operation
  const endedAt = held.world.now()
  const words = `${by} canceled the sweep before it came to this.`
  await held.commit((transaction) => skipWaitingItems(transaction, id, { words, endedAt }))
  return canceled(`${by} canceled it: ${sweepTally(await sweepItemsOf(held.world.db, id))}.`, 'berth')
}

async function verify(held: Held<SweepingPlan>): Promise<Outcome> {
  const items = await sweepItemsOf(held.world.db, held.operation.id)
  const words = `${sweepTally(items)}.`
  return items.some(({ status }) => status === 'failed') ? failed('berth', words) : done(words)
}

const invalid = (words: string): BerthError => new BerthError('invalid', 'berth', words)
const refused = (words: string): BerthError => new BerthError('refused', 'berth', words)
