import type { ReactNode } from 'react'
import type { Context } from '#lib/context.ts'
import { isAtLeast } from '#lib/domain/access.ts'
import type { Health } from '#lib/domain/board.ts'
import type { Webhook, WebhookHealth } from '#lib/domain/webhook.ts'
import { type WebhookReport, webhookReport } from '#lib/queries/webhook.ts'
import { Icon } from '../../../_ui/icon.tsx'
import { present } from '../../../_ui/present.ts'
import { RelativeTime } from '../../../_ui/relative-time.tsx'
import { StatusBadge } from '../../../_ui/status-badge.tsx'
import { SettingsSection } from './field.tsx'
import { WebhookButtons } from './webhook-buttons.tsx'
import { WebhookSigning } from './webhook-signing.tsx'

/** Whether GitLab tells Berth of what happens, how that has fared, and the buttons that set it up. */
export async function WebhookSection({ ctx, projectId }: { ctx: Context; projectId: number }) {
  const report = await present(webhookReport(ctx, projectId))
  if ('failure' in report) return null
  const { webhook } = report
  const mayChange = isAtLeast(ctx.actor, 'maintainer', projectId)
  return (
    <SettingsSection
      title="Webhook"
      about="GitLab calls Berth when something happens, and the page shows it at once. What GitLab does not tell, or what gets lost, is seen at the next look all the same."
    >
      {webhook ? <Fared webhook={webhook} url={report.url} /> : <NotThere {...report} />}
      {mayChange ? (
        <>
          <WebhookButtons projectId={projectId} isThere={webhook !== null} />
          {webhook && <WebhookSigning projectId={projectId} isSigned={webhook.isSigned} />}
        </>
      ) : (
        <p className="flex items-center gap-2 text-ink-soft">
          <Icon name="lock" /> A maintainer of the project sets it up.
        </p>
      )}
    </SettingsSection>
  )
}

const NotThere = ({ url, doubt }: WebhookReport) => (
  <>
    <p className="text-pretty">
      GitLab does not call Berth for this project. It would call <Address url={url} />.
    </p>
    {doubt && <Doubt words={doubt} />}
  </>
)

const Doubt = ({ words }: { words: string }) => (
  <p className="flex gap-2 text-pretty text-ink-soft">
    <Icon name="alert" className="mt-0.5 size-4 shrink-0 text-attention" />
    {words}
  </p>
)

const looks: Record<WebhookHealth, { tone: Health; words: string }> = {
  working: { tone: 'ok', words: 'GitLab calls, and is believed' },
  waiting: { tone: 'busy', words: 'Waiting for the first call' },
  silent: { tone: 'critical', words: 'GitLab has never called' },
  refusing: { tone: 'critical', words: 'The last call was not accepted' },
  disabled: { tone: 'critical', words: 'GitLab has stopped calling' },
  gone: { tone: 'critical', words: 'GitLab has no such webhook any more' },
}

function Fared({ webhook, url }: { webhook: NonNullable<WebhookReport['webhook']>; url: string }) {
  const { health, deliveries, refusals, lastDeliveryAt, lastRefusalAt, lastRefusal } = webhook
  const { tone, words } = looks[health]
  return (
    <>
      <div className="flex flex-col gap-1">
        <StatusBadge tone={tone}>{words}</StatusBadge>
        {remedies[health] && <p className="text-pretty text-ink-soft">{remedies[health]}</p>}
      </div>
      <dl className="grid grid-cols-[max-content_minmax(0,1fr)] gap-x-4 gap-y-1.5">
        <Fact name="Accepted">
          {deliveries.toLocaleString('en')}
          {lastDeliveryAt && (
            <>
              , the last <RelativeTime at={lastDeliveryAt} />
            </>
          )}
        </Fact>
        <Fact name="Refused">
          {refusals.toLocaleString('en')}
          {lastRefusalAt && (
            <>
              , the last <RelativeTime at={lastRefusalAt} />: {lastRefusal}
            </>
          )}
        </Fact>
        <Fact name="GitLab says">
          {statusWords[webhook.gitlabStatus ?? 'unknown']}
          {webhook.checkedAt && (
            <span className="text-ink-faint">
              {' '}
              · <RelativeTime at={webhook.checkedAt} />
            </span>
          )}
        </Fact>
        <Fact name="It calls">
          <Address url={url} />
        </Fact>
        <Fact name="Set up by">
          {webhook.installedBy} <RelativeTime at={webhook.installedAt} />
        </Fact>
      </dl>
    </>
  )
}

const Fact = ({ name, children }: { name: string; children: ReactNode }) => (
  <>
    <dt className="text-ink-soft">{name}</dt>
    <dd className="min-w-0 text-pretty tabular-nums">{children}</dd>
  </>
)

/** What helps; nothing where nothing is the matter. */
const remedies: Partial<Record<WebhookHealth, string>> = {
  silent: 'It may not reach this address. A test says what GitLab meets there.',
  refusing: 'Set it up again: it gets a new token.',
  disabled: 'It failed again and again. A test that arrives makes GitLab call again.',
  gone: 'Somebody removed it there. Set it up again.',
}

const statusWords: Record<NonNullable<Webhook['gitlabStatus']> | 'unknown', string> = {
  executable: 'calls it',
  temporarily_disabled: 'rests it for a while, because it failed',
  disabled: 'gave it up after forty failures',
  gone: 'has no such webhook',
  unknown: 'nothing that Berth’s token may see',
}

const Address = ({ url }: { url: string }) => <span className="break-all font-mono text-xs">{url}</span>
