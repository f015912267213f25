import type { Metadata } from 'next'
import Link from 'next/link'
import { type Context, pageContext } from '#lib/context.ts'
import { isAtLeast } from '#lib/domain/access.ts'
import { operationWords } from '#lib/domain/operation-words.ts'
import { operationDetail, operationsOf } from '#lib/queries/operation.ts'
import { projectHead } from '#lib/queries/project.ts'
import { type SweepChoice, sweepItems, sweepPreview } from '#lib/queries/sweep.ts'
import { EmptyState } from '../../../_ui/empty-state.tsx'
import { Live } from '../../../_ui/live.tsx'
import { present } from '../../../_ui/present.ts'
import { RelativeTime } from '../../../_ui/relative-time.tsx'
import { Shell } from '../../../_ui/shell.tsx'
import { SourceBanner } from '../../../_ui/source-banner.tsx'
import { StatusIcon } from '../../../_ui/status-badge.tsx'
import { operationLooks } from '../../../_ui/status-looks.ts'
import { wholeNumber } from '../../../_ui/whole-number.ts'
import { projectHref, sweepHref } from '../board-url.ts'
import { SweepPlan } from './sweep-plan.tsx'
import { SweepRun } from './sweep-run.tsx'

interface Props {
  params: Promise<{ id: string }>
  searchParams: Promise<Record<string, string | string[] | undefined>>
}

export const metadata: Metadata = { title: 'Sweep' }

const shownSweeps = 10

/** What would be stopped and destroyed, each with its reason, before it is; then the sweep as it goes, item by item. */
export default async function SweepPage({ params, searchParams }: Props) {
  const ctx = await pageContext()
  const projectId = wholeNumber((await params).id)
  const given = await searchParams
  const head = await present(projectHead(ctx, projectId))
  if ('failure' in head) return <Shell actor={ctx.actor}>{head.failure.message}</Shell>
  const { summary, sources } = head
  const crumbs = [{ words: summary.pathWithNamespace, href: projectHref(projectId) }, { words: 'Sweep' }]
  const maySweep = isAtLeast(ctx.actor, 'maintainer', projectId)

  if (typeof given.operation === 'string') {
    const run = await present(runOf(ctx, given.operation))
    if ('failure' in run) return <Shell actor={ctx.actor}>{run.failure.message}</Shell>
    const { operation, items } = run
    return (
      <Shell actor={ctx.actor} crumbs={crumbs}>
        <Live topics={[`operation:${operation.id}`]} />
        <SourceBanner sources={sources} asOf={ctx.now()} />
        <SweepRun operation={operation} items={items} mayCancel={maySweep} />
      </Shell>
    )
  }

  const choice = choiceOf(given)
  const [plan, operations] = await Promise.all([
    sweepPreview(ctx, projectId, choice),
    operationsOf(ctx, projectId, 100),
  ])
  const sweeps = operations.filter(({ kind }) => kind === 'sweep').slice(0, shownSweeps)
  return (
    <Shell actor={ctx.actor} crumbs={crumbs}>
      <Live topics={[`project:${projectId}`]} />
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <h1 className="text-xl font-semibold">Sweep</h1>
        <Choices projectId={projectId} choice={choice} />
      </div>
      <SourceBanner sources={sources} asOf={ctx.now()} />
      {plan.victims.length + plan.spared.length === 0 ? (
        <div className="rounded-xl border bg-surface">
          <EmptyState icon="check" title="Nothing to sweep">
            {choice.kind === 'all-stale'
              ? 'No review app has been idle for longer than this project allows.'
              : 'Nothing is up, or left over, that nobody needs.'}
          </EmptyState>
        </div>
      ) : (
        <SweepPlan projectId={projectId} plan={plan} maySweep={maySweep} />
      )}
      {sweeps.length > 0 && (
        <section aria-labelledby="sweeps" className="overflow-hidden rounded-xl border bg-surface">
          <h2 id="sweeps" className="border-b px-4 py-2.5 font-semibold">
            Earlier sweeps
          </h2>
          <ul className="divide-y text-sm">
            {sweeps.map((operation) => (
              <li key={operation.id} className="relative flex items-center gap-2 px-4 py-2.5 hover:bg-sunken/60">
                <StatusIcon tone={operationLooks[operation.status].tone} icon={operationLooks[operation.status].icon} />
                <Link
                  href={sweepHref(projectId, { operation: operation.id })}
                  prefetch={false}
                  className="min-w-0 truncate after:absolute after:inset-0"
                >
                  {operationWords(operation)}
                </Link>
                <span className="ml-auto shrink-0 text-xs text-ink-faint">
                  {operation.requestedBy} · <RelativeTime at={operation.createdAt} />
                </span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </Shell>
  )
}

async function runOf(ctx: Context, operationId: string) {
  const operation = await operationDetail(ctx, operationId)
  return { operation, items: await sweepItems(ctx, operation.id) }
}

function choiceOf(given: Record<string, string | string[] | undefined>): SweepChoice {
  const subjects = [given.subject ?? []].flat()
  if (subjects.length > 0) return { kind: 'subjects', subjects }
  return { kind: given.choose === 'stale' ? 'all-stale' : 'all-leftovers' }
}

function Choices({ projectId, choice }: { projectId: number; choice: SweepChoice }) {
  const choices = [
    { kind: 'all-leftovers', words: 'Everything left over', href: sweepHref(projectId, { choose: 'leftovers' }) },
    { kind: 'all-stale', words: 'All stale review apps', href: sweepHref(projectId, { choose: 'stale' }) },
  ]
  return (
    <nav aria-label="What to sweep" className="inline-flex rounded-lg border bg-sunken p-0.5 text-sm">
      {choices.map(({ kind, words, href }) => (
        <Link
          key={kind}
          href={href}
          prefetch={false}
          aria-current={choice.kind === kind ? 'true' : undefined}
          className="inline-flex h-7 items-center rounded-md px-2.5 text-ink-soft hover:text-ink aria-[current]:bg-surface aria-[current]:text-ink aria-[current]:shadow-[0_0_0_1px_var(--color-line-strong)] max-md:h-9"
        >
          {words}
        </Link>
      ))}
      {choice.kind === 'subjects' && (
        <span
          aria-current="true"
          className="inline-flex h-7 items-center rounded-md bg-surface px-2.5 shadow-[0_0_0_1px_var(--color-line-strong)] max-md:h-9"
        >
          {choice.subjects.length} chosen
        </span>
      )}
    </nav>
  )
}
