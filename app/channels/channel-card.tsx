import type { Health } from '#lib/domain/board.ts'
import type { ChannelDetail, ChannelMessage } from '#lib/queries/channels.ts'
import { RelativeTime } from '../_ui/relative-time.tsx'
import { StatusBadge, StatusPill } from '../_ui/status-badge.tsx'
import { ChannelActions } from './channel-actions.tsx'
import { kindWords, ruleWords } from './channel-words.ts'
import { DeadLetters } from './dead-letters.tsx'

/** One channel: where it leads as far as that is shown, what it is told, how it does, and what it never got. */
export function ChannelCard({ channel }: { channel: ChannelDetail }) {
  const { id, name, kind, config, rules, enabled, health } = channel
  return (
    <li className="overflow-hidden rounded-xl border bg-surface">
      <article aria-labelledby={`channel-${id}`}>
        <header className="flex flex-wrap items-baseline gap-x-3 gap-y-1 px-4 pt-3">
          <h2 id={`channel-${id}`} className="min-w-0 truncate text-lg font-semibold">
            {name}
          </h2>
          <p className="min-w-0 text-sm break-words text-ink-soft">
            {kindWords[kind]} <span className="text-ink-faint">{config.host ?? config.recipients.join(', ')}</span>
          </p>
          <p className="ml-auto self-center max-md:ml-0">
            <ChannelState channel={channel} />
          </p>
        </header>
        <div className="flex flex-col gap-3 px-4 pt-2 pb-3 text-sm">
          {rules.length === 0 ? (
            <p className="text-ink-soft">Told nothing: it has no rule.</p>
          ) : (
            <ul className="flex flex-col gap-0.5 text-ink-soft">
              {rules.map((rule) => (
                <li key={ruleWords(rule)} className="break-words text-pretty">
                  {ruleWords(rule)}
                </li>
              ))}
            </ul>
          )}
          <ChannelActions id={id} name={name} projectId={channel.projectId} enabled={enabled} />
        </div>
        {health.dead > 0 && (
          <DeadLetters
            channelId={id}
            name={name}
            letters={health.deadLetters}
            count={health.dead}
            mayResend={enabled}
          />
        )}
        {health.messages.length > 0 && (
          <details className="border-t px-4 py-2.5 text-sm">
            <summary className="text-ink-soft hover:text-ink">Last messages</summary>
            <ul className="mt-2 flex flex-col gap-2">
              {health.messages.map((message) => (
                <MessageLine key={message.id} message={message} />
              ))}
            </ul>
          </details>
        )}
      </article>
    </li>
  )
}

/** How it does, worst first. */
function ChannelState({ channel: { enabled, health } }: { channel: ChannelDetail }) {
  const { dead, last, waiting } = health
  if (!enabled) return <StatusPill tone="none">switched off</StatusPill>
  if (last?.status === 'failing') {
    return (
      <StatusPill tone="attention" title={last.error ?? undefined}>
        failing, {waiting} {waiting === 1 ? 'waits' : 'wait'}
      </StatusPill>
    )
  }
  if (dead > 0) return <StatusPill tone="critical">{dead} given up</StatusPill>
  if (last === null) return <StatusBadge tone="none">nothing sent yet</StatusBadge>
  return (
    <StatusBadge tone="ok">
      delivered <RelativeTime at={last.at} />
    </StatusBadge>
  )
}

function MessageLine({ message }: { message: ChannelMessage }) {
  const { title, error, createdAt } = message
  const { tone, words } = stateOf(message)
  return (
    <li className="flex flex-wrap items-baseline gap-x-3 gap-y-0.5">
      <StatusBadge tone={tone} className="w-28 shrink-0 self-start">
        {words}
      </StatusBadge>
      <span className="min-w-0 flex-1 text-pretty break-words max-md:basis-full">
        {title}
        {error !== null && <span className="text-ink-soft"> · {error}</span>}
      </span>
      <span className="shrink-0 text-ink-faint">
        {message.nextAt !== null && message.tries > 0 && (
          <>
            again <RelativeTime at={message.nextAt} /> ·{' '}
          </>
        )}
        <RelativeTime at={createdAt} />
      </span>
    </li>
  )
}

function stateOf({ status, tries, error }: ChannelMessage): { tone: Health; words: string } {
  if (status === 'sent') return { tone: 'ok', words: 'sent' }
  if (error !== null) return { tone: 'attention', words: tries === 1 ? 'tried once' : `tried ${tries} times` }
  return { tone: 'none', words: 'waiting' }
}
