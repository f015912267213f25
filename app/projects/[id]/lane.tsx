import Link from 'next/link'
import type { BoardQuery, BoardRow, BoardSummary } from '#lib/domain/board.ts'
import type { Operation } from '#lib/domain/operation.ts'
import type { ProductionDoor } from '#lib/queries/closure.ts'
import { button } from '../../_ui/button.ts'
import { Icon } from '../../_ui/icon.tsx'
import { BerthCard } from './berth-card.tsx'
import { boardHref } from './board-url.ts'
import { LaneStep } from './lane-step.tsx'

/** Staging, what lies between, and production; position is meaning, as on a pipeline. Who may promote may close the way too. */
export function Lane({
  summary,
  query,
  operations,
  door,
  refusal,
}: {
  summary: BoardSummary
  query: BoardQuery
  operations: readonly Operation[]
  door: ProductionDoor
  /** Why whoever looks may not promote; `null` when they may. */
  refusal: string | null
}) {
  const { staging, production, links } = summary.lane
  if (staging.length === 0 && production.length === 0) {
    return (
      <section
        aria-label="Lane"
        className="rounded-xl border border-dashed px-4 py-6 text-center text-sm text-ink-soft"
      >
        No staging and no production yet: they appear when a job deploys to an environment of that tier.
      </section>
    )
  }
  return (
    <section
      aria-label="Lane"
      className="grid items-stretch gap-x-0 gap-y-2 lg:grid-cols-[minmax(0,1fr)_15rem_minmax(0,1fr)]"
    >
      <Berths rows={staging} missing="No staging environment" summary={summary} />
      <div className="flex flex-col gap-2">
        <div className="flex flex-1 flex-col justify-around gap-2">
          {links.map((link) => (
            <LaneStep
              key={link.toEnvironmentId}
              link={link}
              toName={nameOf(production, link.toEnvironmentId)}
              operation={operations.find(
                ({ status, kind, environmentId }) =>
                  status === 'running' && kind === 'promote' && environmentId === link.toEnvironmentId,
              )}
              projectId={summary.projectId}
              query={query}
              refusal={refusal}
              isClosed={
                door.freeze !== null ||
                door.locks.some(({ environmentId }) => environmentId === null || environmentId === link.toEnvironmentId)
              }
            />
          ))}
        </div>
        {refusal === null && production.length > 0 && door.locks.length === 0 && (
          <Link
            href={boardHref(summary.projectId, query, { lock: 1 })}
            scroll={false}
            prefetch={false}
            className={`${button('quiet', 'small')} self-center`}
          >
            <Icon name="lock" className="size-3.5" /> Lock production
          </Link>
        )}
      </div>
      <Berths rows={production} missing="No production environment" summary={summary} />
    </section>
  )
}

function Berths({ rows, missing, summary }: { rows: readonly BoardRow[]; missing: string; summary: BoardSummary }) {
  if (rows.length === 0) {
    return (
      <p className="flex items-center justify-center rounded-xl border border-dashed px-4 py-6 text-sm text-ink-faint">
        {missing}
      </p>
    )
  }
  return (
    <div className="flex min-w-0 flex-col gap-2">
      {rows.map((row) => (
        <BerthCard key={row.key} row={row} projectUrl={summary.webUrl} />
      ))}
    </div>
  )
}

const nameOf = (rows: readonly BoardRow[], environmentId: number): string =>
  rows.find(({ environment }) => environment?.id === environmentId)?.environment?.name ?? 'production'
