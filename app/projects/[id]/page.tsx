import type { Metadata } from 'next'
import Link from 'next/link'
import { type Context, pageContext } from '#lib/context.ts'
import { isAtLeast, lacking, roleIn } from '#lib/domain/access.ts'
import type { BoardQuery, BoardSummary } from '#lib/domain/board.ts'
import type { Operation } from '#lib/domain/operation.ts'
import { waitingApprovals } from '#lib/queries/approvals.ts'
import { boardPage, parseBoardQuery } from '#lib/queries/board.ts'
import { productionDoor } from '#lib/queries/closure.ts'
import { operationsOf } from '#lib/queries/operation.ts'
import { policyNotices } from '#lib/queries/policies.ts'
import { projectHead } from '#lib/queries/project.ts'
import { promotionSheet } from '#lib/queries/promotion.ts'
import { stopPreview } from '#lib/queries/stop.ts'
import { EmptyState } from '../../_ui/empty-state.tsx'
import { Icon } from '../../_ui/icon.tsx'
import { Live } from '../../_ui/live.tsx'
import { OperationToasts } from '../../_ui/operation-toasts.tsx'
import { present } from '../../_ui/present.ts'
import { Shell } from '../../_ui/shell.tsx'
import { SourceAges, SourceBanner } from '../../_ui/source-banner.tsx'
import { WaitingApprovals } from '../../_ui/waiting-approvals.tsx'
import { wholeNumber } from '../../_ui/whole-number.ts'
import { AttentionStrip } from './attention-strip.tsx'
import { boardHref, projectHref, sweepHref } from './board-url.ts'
import { Branches } from './branches.tsx'
import { ClosureStrip } from './closure-strip.tsx'
import { Lane } from './lane.tsx'
import { LockSheet } from './lock-sheet.tsx'
import { PromoteSheet } from './promote-sheet.tsx'
import { StopDialog } from './stop-dialog.tsx'
import { viewerOf } from './viewer.ts'

interface Props {
  params: Promise<{ id: string }>
  searchParams: Promise<Record<string, string | string[] | undefined>>
}

const shownOperations = 20

/** The project's other pages. */
const places = [
  { words: 'Pipeline', path: 'pipeline' },
  { words: 'Wiring', path: 'wiring' },
  { words: 'Settings', path: 'settings' },
]

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const head = await present(projectHead(await pageContext(), wholeNumber((await params).id)))
  return { title: 'failure' in head ? 'Project' : head.summary.name }
}

export default async function ProjectPage({ params, searchParams }: Props) {
  const ctx = await pageContext()
  const projectId = wholeNumber((await params).id)
  const given = await searchParams
  const query = parseBoardQuery(given)
  const head = await present(projectHead(ctx, projectId))
  if ('failure' in head) return <NotYet actor={ctx.actor} projectId={projectId} words={head.failure.message} />

  const [page, operations, door, approvals] = await Promise.all([
    boardPage(ctx, projectId, query),
    operationsOf(ctx, projectId, shownOperations),
    productionDoor(ctx, projectId),
    waitingApprovals(ctx, projectId),
  ])
  const shown = page.rows.flatMap(({ environment }) => environment?.id ?? [])
  const notices = await policyNotices(ctx, projectId, shown)
  const { summary, sources } = head
  const role = roleIn(ctx.actor, projectId)
  return (
    <Shell actor={ctx.actor} crumbs={[{ words: summary.pathWithNamespace }]}>
      <Live topics={[`project:${projectId}`]} />
      <div className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1">
        <h1 className="flex items-center gap-2 text-xl font-semibold">
          {summary.name}
          <a
            href={summary.webUrl}
            className="text-ink-faint hover:text-ink"
            title="Open in GitLab"
            aria-label="Open in GitLab"
          >
            <Icon name="link-out" className="size-3.5" />
          </a>
        </h1>
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <SourceAges sources={sources} />
          {places.map(({ words, path }) => (
            <Link
              key={path}
              href={`${projectHref(projectId)}/${path}`}
              prefetch={false}
              className="text-sm text-ink-soft hover:text-ink hover:underline"
            >
              {words}
            </Link>
          ))}
        </div>
      </div>
      <SourceBanner sources={sources} asOf={ctx.now()} />
      <AttentionStrip summary={summary} query={query} mayAct={isAtLeast(ctx.actor, 'developer', projectId)} />
      <WaitingApprovals approvals={approvals} viewer={ctx.actor.name} />
      {summary.lane.production.length > 0 && (
        <ClosureStrip
          door={door}
          nameOf={(id) => productionsOf(summary).find((place) => place.id === id)?.name ?? 'production'}
          mayOpen={isAtLeast(ctx.actor, 'maintainer', projectId)}
        />
      )}
      <Lane
        summary={summary}
        query={query}
        operations={operations}
        door={door}
        refusal={lacking(ctx.actor, 'maintainer', projectId, 'promoting')}
      />
      <Branches summary={summary} page={page} query={query} operations={operations} notices={notices} role={role} />
      <Overlay ctx={ctx} given={given} query={query} summary={summary} operations={operations} />
      <OperationToasts operations={operations} asOf={ctx.now()} hrefOf={(operation) => overlayHref(operation, query)} />
    </Shell>
  )
}

/** What stands open over the page, by its address. */
async function Overlay({
  ctx,
  given,
  query,
  summary,
  operations,
}: {
  ctx: Context
  given: Record<string, string | string[] | undefined>
  query: BoardQuery
  summary: BoardSummary
  operations: readonly Operation[]
}) {
  const { projectId, webUrl } = summary
  const closeHref = boardHref(projectId, query)
  const operationId = typeof given.operation === 'string' ? given.operation : undefined
  const mayAct = isAtLeast(ctx.actor, 'developer', projectId)
  if (given.promote) {
    const promote = wholeNumber(given.promote)
    const sheet = await present(promotionSheet(ctx, projectId, promote))
    if ('failure' in sheet) return null
    return (
      <PromoteSheet
        sheet={sheet}
        projectId={projectId}
        projectUrl={webUrl}
        closeHref={closeHref}
        followHref={(operation) => boardHref(projectId, query, { promote, operation })}
        operationId={operationId}
        viewer={viewerOf(ctx.actor, projectId, ctx.now(), 'promoting')}
        targetHref={(target) => boardHref(projectId, query, { promote: target })}
      />
    )
  }
  if (given.lock && isAtLeast(ctx.actor, 'maintainer', projectId)) {
    return <LockSheet projectId={projectId} productions={productionsOf(summary)} closeHref={closeHref} />
  }
  if (given.stop) {
    const preview = await present(stopPreview(ctx, projectId, wholeNumber(given.stop)))
    if ('failure' in preview) return null
    return (
      <StopDialog
        preview={preview}
        operations={operations}
        operationId={operationId}
        projectUrl={webUrl}
        closeHref={closeHref}
        mayAct={mayAct}
      />
    )
  }
  return null
}

const productionsOf = ({ lane }: BoardSummary) =>
  lane.production.flatMap(({ environment }) => (environment ? [{ id: environment.id, name: environment.name }] : []))

/** Where an operation is followed. */
function overlayHref({ id, kind, projectId, environmentId }: Operation, query: BoardQuery): string {
  if (kind === 'promote' && environmentId !== null)
    return boardHref(projectId, query, { promote: environmentId, operation: id })
  if (kind === 'sweep') return sweepHref(projectId, { operation: id })
  if (kind === 'stop' && environmentId !== null)
    return boardHref(projectId, query, { stop: environmentId, operation: id })
  return projectHref(projectId)
}

function NotYet({ actor, projectId, words }: { actor: Context['actor']; projectId: number; words: string }) {
  return (
    <Shell actor={actor} crumbs={[{ words: `Project ${projectId}` }]}>
      <Live topics={[`project:${projectId}`]} />
      <EmptyState icon="clock" title="Not here yet">
        {words}
      </EmptyState>
    </Shell>
  )
}
