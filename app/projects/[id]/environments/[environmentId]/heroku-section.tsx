import Link from 'next/link'
import type { HerokuDetail } from '#lib/queries/environment.ts'
import { button } from '../../../../_ui/button.ts'
import { RelativeTime } from '../../../../_ui/relative-time.tsx'
import { StatusBadge } from '../../../../_ui/status-badge.tsx'
import { dynoLooks } from './dyno-looks.ts'
import { ConfigKeys, Domains, Nothing, Part } from './section-part.tsx'

/** The app on Heroku behind an environment: its dynos, formation, domains and the names of its config variables. */
export function HerokuSection({
  heroku,
  at,
  here,
  mayCommand,
}: {
  heroku: HerokuDetail
  /** When Heroku was last asked. */
  at: Date | null
  here: string
  mayCommand: boolean
}) {
  const { name, stack, maintenance, formation, domains, configKeys, detailAt } = heroku
  const commands = [
    { ask: 'restart', words: 'Restart dynos' },
    maintenance
      ? { ask: 'maintenance-off', words: 'End maintenance' }
      : { ask: 'maintenance-on', words: 'Maintenance' },
  ]
  return (
    <section aria-labelledby="app" className="overflow-hidden rounded-xl border bg-surface">
      <header className="flex flex-wrap items-center gap-x-2 gap-y-1.5 border-b px-4 py-2">
        <h2 id="app" className="min-w-0 truncate font-semibold">
          App <span className="font-mono text-xs font-normal text-ink-soft">{name}</span>
        </h2>
        <Link href="/hosts" prefetch={false} className="text-sm text-ink-faint hover:underline">
          on Heroku
        </Link>
        <span className="text-sm text-ink-faint">{stack}</span>
        {maintenance && (
          <StatusBadge tone="attention" icon="lock" title="Visitors get 503 until somebody ends it.">
            maintenance mode
          </StatusBadge>
        )}
        {mayCommand && (
          <span className="ml-auto flex flex-wrap gap-1.5 max-md:w-full max-md:*:flex-1">
            {commands.map(({ ask, words }) => (
              <Link
                key={ask}
                href={`${here}?ask=${ask}`}
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
      <div className="grid divide-y md:grid-cols-2 md:divide-y-0 xl:grid-cols-[5fr_3fr_4fr_4fr]">
        <Part title="Dynos" at={at}>
          <Dynos heroku={heroku} />
        </Part>
        <Part title="Formation" at={detailAt}>
          {formation.length === 0 ? (
            <Nothing>none</Nothing>
          ) : (
            formation.map(({ type, quantity, size }) => (
              <p key={type} className="flex gap-2">
                <span className="font-mono text-xs leading-5">
                  {type}={quantity}
                </span>
                <span className="text-xs leading-5 text-ink-faint">{size}</span>
              </p>
            ))
          )}
        </Part>
        <Part title="Domains" at={detailAt}>
          <Domains domains={domains} />
        </Part>
        <Part title="Config" note="names only">
          <ConfigKeys keys={configKeys} />
        </Part>
      </div>
    </section>
  )
}

function Dynos({ heroku: { dynos } }: { heroku: HerokuDetail }) {
  if (dynos.length === 0) return <Nothing>none runs</Nothing>
  return (
    <ul className="flex flex-col gap-1.5">
      {dynos.map(({ name, state, releaseVersion, updatedAt }) => (
        <li key={name} className="grid grid-cols-[minmax(4.5rem,auto)_1fr] items-center gap-x-3">
          <span className="font-mono text-xs">{name}</span>
          <span className="flex min-w-0 flex-wrap items-center gap-x-2.5">
            <StatusBadge tone={dynoLooks[state].tone}>{dynoLooks[state].words}</StatusBadge>
            <span className="text-xs text-ink-faint">
              v{releaseVersion} · since <RelativeTime at={updatedAt} terse />
            </span>
          </span>
        </li>
      ))}
    </ul>
  )
}
