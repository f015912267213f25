import Link from 'next/link'
import type { BoardRow } from '#lib/domain/board.ts'
import type { EnvironmentDetail } from '#lib/queries/environment.ts'
import { button } from '../../../../_ui/button.ts'
import { bytes } from '../../../../_ui/bytes.ts'
import { RelativeTime } from '../../../../_ui/relative-time.tsx'
import { StatusBadge } from '../../../../_ui/status-badge.tsx'
import type { AppCommand } from './app-command.ts'
import { processLooks } from './process-looks.ts'
import { ConfigKeys, Domains, Name, Nothing, Part } from './section-part.tsx'

type App = NonNullable<EnvironmentDetail['app']>

/** The Dokku app behind an environment: its processes, databases, domains and the names of its config variables. */
export function AppSection({
  app,
  row,
  here,
  mayCommand,
}: {
  app: App
  row: BoardRow
  here: string
  mayCommand: boolean
}) {
  const commands: { command: AppCommand; words: string }[] = [
    { command: 'restart', words: 'Restart' },
    { command: 'rebuild', words: 'Rebuild' },
    { command: 'scale', words: 'Scale' },
    ...(row.app?.locked ? [{ command: 'unlock' as const, words: 'Unlock' }] : []),
  ]
  return (
    <section aria-labelledby="app" className="overflow-hidden rounded-xl border bg-surface">
      <header className="flex flex-wrap items-center gap-x-2 gap-y-1.5 border-b px-4 py-2">
        <h2 id="app" className="min-w-0 truncate font-semibold">
          App <span className="font-mono text-xs font-normal text-ink-soft">{app.app}</span>
        </h2>
        <Link href={`/hosts/${app.host}`} prefetch={false} className="text-sm text-ink-faint hover:underline">
          on {app.host}
        </Link>
        {row.app?.locked && (
          <StatusBadge tone="attention" icon="lock" title="Deploys are refused until somebody takes the lock away.">
            locked
          </StatusBadge>
        )}
        {mayCommand && (
          <span className="ml-auto flex flex-wrap gap-1.5 max-md:w-full max-md:*:flex-1">
            {commands.map(({ command, words }) => (
              <Link
                key={command}
                href={`${here}?ask=${command}`}
                scroll={false}
                prefetch={false}
                className={button('plain', 'small')}
              >
                {words}
              </Link>
            ))}
          </span>
        )}
      </header>
      <div className="grid divide-y md:grid-cols-2 md:divide-y-0 xl:grid-cols-[5fr_4fr_3fr_4fr]">
        <Part title="Processes" at={app.processesAt} note={scaleWords(app)}>
          <Processes app={app} />
        </Part>
        <Part title="Databases">
          <Databases app={app} />
        </Part>
        <Part title="Domains" at={app.domainsAt}>
          <Domains domains={app.domains} />
        </Part>
        <Part title="Config" note="names only">
          <ConfigKeys keys={app.configKeys} />
        </Part>
      </div>
    </section>
  )
}

function Processes({ app: { processes, processesAt } }: { app: App }) {
  if (processes.length === 0) return <Nothing>{processesAt ? 'none runs' : 'not asked yet'}</Nothing>
  return (
    <ul className="flex flex-col gap-1.5">
      {processes.map(({ type, index, status, restarts, startedAt, memoryBytes, cpuPercent }) => (
        <li key={`${type}.${index}`} className="grid grid-cols-[minmax(4.5rem,auto)_1fr] items-center gap-x-3">
          <span className="font-mono text-xs">
            {type}.{index}
          </span>
          <span className="flex min-w-0 flex-wrap items-center gap-x-2.5">
            <StatusBadge tone={processLooks[status].tone}>{processLooks[status].words}</StatusBadge>
            <span className="text-xs text-ink-faint">
              {restarts !== undefined && restarts > 0 && (
                <span className="text-attention">{restarts === 1 ? '1 restart' : `${restarts} restarts`} </span>
              )}
              {startedAt && status === 'running' && (
                <>
                  up <RelativeTime at={startedAt} terse />{' '}
                </>
              )}
              {memoryBytes !== undefined && `${bytes(memoryBytes)} `}
              {cpuPercent !== undefined && `${cpuPercent.toFixed(cpuPercent < 10 ? 1 : 0)} %`}
            </span>
          </span>
        </li>
      ))}
    </ul>
  )
}

function scaleWords({ scale }: App): string | null {
  if (scale === null) return null
  const words = Object.entries(scale).map(([type, count]) => `${type}=${count}`)
  return words.length === 0 ? null : `scaled to ${words.join(' ')}`
}

function Databases({ app: { services } }: { app: App }) {
  if (services.length === 0) return <Nothing>none is linked</Nothing>
  return (
    <ul className="flex flex-col gap-1.5">
      {services.map(({ plugin, name, status, version, sizeBytes, links }) => (
        <li key={`${plugin} ${name}`}>
          <Name>{name}</Name>
          <p className="flex flex-wrap gap-x-2 text-xs text-ink-soft">
            <StatusBadge tone={status === 'running' ? 'ok' : status === null ? 'unknown' : 'critical'}>
              {status ?? 'not asked yet'}
            </StatusBadge>
            <span className="text-ink-faint">
              {version ?? plugin}
              {sizeBytes !== null && ` · ${bytes(sizeBytes)}`}
              {links.length > 1 && ` · linked to ${links.length} apps`}
            </span>
          </p>
        </li>
      ))}
    </ul>
  )
}
