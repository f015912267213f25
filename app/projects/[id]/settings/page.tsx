import type { Metadata } from 'next'
import { pageContext } from '#lib/context.ts'
import { isAtLeast } from '#lib/domain/access.ts'
import { policyPreview } from '#lib/queries/policies.ts'
import { projectHead } from '#lib/queries/project.ts'
import { settingsOf } from '#lib/queries/settings.ts'
import { Live } from '../../../_ui/live.tsx'
import { present } from '../../../_ui/present.ts'
import { Shell } from '../../../_ui/shell.tsx'
import { wholeNumber } from '../../../_ui/whole-number.ts'
import { projectHref } from '../board-url.ts'
import { NotificationsSection } from './notifications-section.tsx'
import { SettingsForm } from './settings-form.tsx'
import { WebhookSection } from './webhook-section.tsx'

interface Props {
  params: Promise<{ id: string }>
}

export const metadata: Metadata = { title: 'Settings' }

/** How a project ships, who has to agree, what stops by itself, and who is told. */
export default async function SettingsPage({ params }: Props) {
  const ctx = await pageContext()
  const projectId = wholeNumber((await params).id)
  const head = await present(projectHead(ctx, projectId))
  if ('failure' in head) return <Shell actor={ctx.actor}>{head.failure.message}</Shell>
  const [kept, preview] = await Promise.all([
    present(settingsOf(ctx, projectId)),
    present(policyPreview(ctx, { projectId })),
  ])
  const crumbs = [{ words: head.summary.pathWithNamespace, href: projectHref(projectId) }, { words: 'Settings' }]
  return (
    <Shell actor={ctx.actor} crumbs={crumbs}>
      <Live topics={[`project:${projectId}`, 'channels']} />
      <h1 className="text-xl font-semibold">Settings</h1>
      {'failure' in kept || 'failure' in preview ? (
        <p role="alert" className="text-pretty text-critical">
          {'failure' in kept ? kept.failure.message : 'failure' in preview && preview.failure.message}
        </p>
      ) : (
        <SettingsForm
          projectId={projectId}
          kept={kept}
          preview={preview}
          mayChange={isAtLeast(ctx.actor, 'maintainer', projectId)}
        />
      )}
      <NotificationsSection ctx={ctx} projectId={projectId} />
      <WebhookSection ctx={ctx} projectId={projectId} />
    </Shell>
  )
}
