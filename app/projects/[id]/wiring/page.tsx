import type { Metadata } from 'next'
import { pageContext } from '#lib/context.ts'
import { isAtLeast, lacking } from '#lib/domain/access.ts'
import { reportText, sections, tallyWords, type WiringReport } from '#lib/domain/wiring/report.ts'
import { operationsOf } from '#lib/queries/operation.ts'
import { projectHead } from '#lib/queries/project.ts'
import { wiringOf } from '#lib/queries/wiring.ts'
import { CopyButton } from '../../../_ui/copy-button.tsx'
import { EmptyState } from '../../../_ui/empty-state.tsx'
import { Live } from '../../../_ui/live.tsx'
import { OperationToasts } from '../../../_ui/operation-toasts.tsx'
import { present } from '../../../_ui/present.ts'
import { RelativeTime } from '../../../_ui/relative-time.tsx'
import { Shell } from '../../../_ui/shell.tsx'
import { wholeNumber } from '../../../_ui/whole-number.ts'
import { projectHref } from '../board-url.ts'
import { CheckButton } from './check-button.tsx'
import { CheckSection } from './check-section.tsx'

interface Props {
  params: Promise<{ id: string }>
}

export const metadata: Metadata = { title: 'Wiring' }

/** Whether everything that a project's deployments go through is there and fits together, as it was when somebody last asked. */
export default async function WiringPage({ params }: Props) {
  const ctx = await pageContext()
  const projectId = wholeNumber((await params).id)
  const head = await present(projectHead(ctx, projectId))
  if ('failure' in head) return <Shell actor={ctx.actor}>{head.failure.message}</Shell>
  const [report, operations] = await Promise.all([wiringOf(ctx, projectId), operationsOf(ctx, projectId, 20)])
  const { pathWithNamespace } = head.summary
  const refusal = lacking(ctx.actor, 'developer', projectId, 'checking')
  const here = `${projectHref(projectId)}/wiring`
  return (
    <Shell actor={ctx.actor} crumbs={[{ words: pathWithNamespace, href: projectHref(projectId) }, { words: 'Wiring' }]}>
      <Live topics={[`project:${projectId}`]} />
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-3">
        <div>
          <h1 className="text-xl font-semibold">Wiring</h1>
          <p className="text-pretty text-sm text-ink-soft">
            {report ? <Summary report={report} /> : 'Not checked yet.'}
          </p>
        </div>
        {report && (
          <div className="flex flex-wrap items-center gap-2">
            <CopyButton text={reportText(report, head.summary)} label="Copy as text" />
            <CheckButton projectId={projectId} refusal={refusal} words="Check again" kind="plain" />
          </div>
        )}
      </div>
      {report ? (
        sections(report.checks).map((section) => (
          <CheckSection
            key={section.group}
            section={section}
            projectId={projectId}
            mayFix={isAtLeast(ctx.actor, 'maintainer', projectId)}
          />
        ))
      ) : (
        <section className="rounded-xl border bg-surface">
          <EmptyState
            icon="question"
            title="Nobody has looked at the wiring yet"
            action={<CheckButton projectId={projectId} refusal={refusal} words="Check now" kind="primary" />}
          >
            Berth asks GitLab and the Dokku hosts about runners, CI/CD variables, environments, hosts, the webhook and
            its own token, and says what is missing and how to mend it. Nothing is changed.
          </EmptyState>
        </section>
      )}
      <OperationToasts
        operations={operations.filter(({ kind }) => kind === 'variables.create')}
        asOf={ctx.now()}
        hrefOf={() => here}
      />
    </Shell>
  )
}

function Summary({ report }: { report: WiringReport }) {
  return (
    <>
      {tallyWords(report.checks)}. Checked <RelativeTime at={report.checkedAt} /> by {report.checkedBy}.
    </>
  )
}
