import { z } from 'zod'
import { subjectKey } from '#lib/domain/finding.ts'
import { confirmationOf } from '#lib/domain/sweep.ts'
import { sweep } from '#lib/operations/sweep.ts'
import { type SweepChoice, sweepPreview } from '#lib/queries/sweep.ts'
import { door } from '../../../../door.ts'
import { bodyOf, idIn } from '../../../../input.ts'
import { accepted } from '../../../operations/accepted.ts'

export const dynamic = 'force-dynamic'

/** Five hundred subjects by their long names. */
const mostBytes = 256 * 1024

const wish = z.strictObject({
  choose: z.union([
    z.enum(['all-leftovers', 'all-stale']),
    z.strictObject({ subjects: z.array(z.string().min(1).max(300)).min(1).max(500) }),
  ]),
  // Nothing is destroyed by a forgotten field.
  dryRun: z.boolean().default(true),
  confirmation: z.string().max(100).default(''),
})

/** Answers with the plan, and what has to be sent to confirm it; with `dryRun: false` and that, begins the sweep. */
export function POST(request: Request, { params }: { params: Promise<{ projectId: string }> }): Promise<Response> {
  return door(request, async (ctx) => {
    const projectId = idIn((await params).projectId)
    const { choose, dryRun, confirmation } = await bodyOf(request, wish, mostBytes)
    const choice = choiceOf(choose)
    if (!dryRun && choice.kind === 'subjects') {
      return accepted(await sweep(ctx, { projectId, subjects: choice.subjects, confirmation }))
    }
    const plan = await sweepPreview(ctx, projectId, choice)
    if (dryRun) return { ...plan, confirmation: confirmationOf(plan) }
    const subjects = plan.victims.map(({ subject }) => subjectKey(subject))
    return accepted(await sweep(ctx, { projectId, subjects, confirmation }))
  })
}

function choiceOf(choose: z.output<typeof wish>['choose']): SweepChoice {
  return typeof choose === 'string' ? { kind: choose } : { kind: 'subjects', subjects: choose.subjects }
}
