import type { Metadata } from 'next'
import { pageContext } from '#lib/context.ts'
import { lacking } from '#lib/domain/access.ts'
import { pipelineSubject } from '#lib/queries/pipeline.ts'
import { present } from '../../../_ui/present.ts'
import { Shell } from '../../../_ui/shell.tsx'
import { wholeNumber } from '../../../_ui/whole-number.ts'
import { projectHref } from '../board-url.ts'
import { optionsIn } from './options-url.ts'
import { PipelineForm } from './pipeline-form.tsx'

interface Props {
  params: Promise<{ id: string }>
  searchParams: Promise<Record<string, string | string[] | undefined>>
}

export const metadata: Metadata = { title: 'Pipeline' }

/** Makes the project's `.gitlab-ci.yml` of a few choices, and proposes it. */
export default async function PipelinePage({ params, searchParams }: Props) {
  const ctx = await pageContext()
  const projectId = wholeNumber((await params).id)
  const subject = await present(pipelineSubject(ctx, projectId))
  if ('failure' in subject) return <Shell actor={ctx.actor}>{subject.failure.message}</Shell>
  const { pathWithNamespace, usual } = subject
  const crumbs = [{ words: pathWithNamespace, href: projectHref(projectId) }, { words: 'Pipeline' }]
  return (
    <Shell actor={ctx.actor} crumbs={crumbs}>
      <header>
        <h1 className="text-xl font-semibold">Pipeline</h1>
        <p className="max-w-prose text-pretty text-ink-soft">
          A <code className="font-mono text-xs">.gitlab-ci.yml</code> that tests every branch, gives it a review app and
          takes that away again, and brings the default branch to staging and on to production.
        </p>
      </header>
      <PipelineForm
        projectId={projectId}
        usual={usual}
        chosen={optionsIn(await searchParams, usual)}
        refusal={lacking(ctx.actor, 'developer', projectId, 'linting and proposing a pipeline')}
      />
    </Shell>
  )
}
