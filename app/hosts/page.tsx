import type { Metadata } from 'next'
import Link from 'next/link'
import { pageContext } from '#lib/context.ts'
import { type HerokuRecord, herokuLine } from '#lib/queries/heroku.ts'
import { type HostLine, hostList } from '#lib/queries/host.ts'
import { EmptyState } from '../_ui/empty-state.tsx'
import { Live } from '../_ui/live.tsx'
import { RelativeTime } from '../_ui/relative-time.tsx'
import { Shell } from '../_ui/shell.tsx'
import { StatusBadge } from '../_ui/status-badge.tsx'

export const metadata: Metadata = { title: 'Hosts' }

/** Every Dokku host with how it is and what it carries, and Heroku where there is a key. */
export default async function HostsPage() {
  const ctx = await pageContext()
  const [hosts, heroku] = await Promise.all([hostList(ctx), herokuLine(ctx)])
  return (
    <Shell actor={ctx.actor} crumbs={[{ words: 'Hosts' }]}>
      <Live topics={['findings', 'heroku', ...hosts.slice(0, 15).map(({ host }) => `host:${host.name}`)]} />
      <h1 className="flex items-baseline gap-2 text-xl font-semibold">
        Dokku hosts <span className="text-sm font-normal text-ink-faint">{hosts.length}</span>
      </h1>
      {hosts.length === 0 ? (
        <div className="rounded-xl border bg-surface">
          <EmptyState icon="box" title="No Dokku host is configured">
            An admin adds them in{' '}
            <Link href="/settings/connections" className="underline">
              Settings → Connections
            </Link>
            , or in <code>BERTH_DOKKU_HOSTS</code>.
          </EmptyState>
        </div>
      ) : (
        <ul className="grid gap-3 md:grid-cols-2 xl:grid-cols-3">
          {hosts.map((line) => (
            <HostCard key={line.host.name} line={line} />
          ))}
        </ul>
      )}
      {heroku && (
        <>
          <h2 className="text-xl font-semibold">Heroku</h2>
          <ul className="grid gap-3 md:grid-cols-2 xl:grid-cols-3">
            <HerokuCard heroku={heroku} />
          </ul>
        </>
      )}
    </Shell>
  )
}

/** The account, and what is left of its requests. */
function HerokuCard({ heroku: { email, requestsLeft, apps, source } }: { heroku: HerokuRecord }) {
  const failure = source?.failure
  return (
    <li className="rounded-xl border bg-surface px-4 py-3">
      <p className="flex items-baseline gap-2">
        <span className="text-lg font-semibold">Platform API</span>
        <span className="truncate text-xs text-ink-faint">{email}</span>
        <span className="ml-auto shrink-0 text-xs text-ink-faint">
          {source?.observedAt ? <RelativeTime at={source.observedAt} /> : 'not seen yet'}
        </span>
      </p>
      <p className="mt-1 text-sm">
        {failure ? (
          <StatusBadge tone="critical" title={failure.message}>
            {failure.kind === 'forbidden' ? 'key refused' : 'unreachable'}
          </StatusBadge>
        ) : (
          <StatusBadge tone={source?.observedAt ? 'ok' : 'unknown'}>
            {source?.observedAt ? 'answers' : 'not seen yet'}
          </StatusBadge>
        )}
      </p>
      {failure && <p className="mt-1 text-pretty text-xs text-ink-soft">{failure.message}</p>}
      <p className="mt-2 flex flex-wrap gap-x-4 text-sm text-ink-soft">
        <span>{apps === 1 ? '1 app of the lanes' : `${apps} apps of the lanes`}</span>
        {requestsLeft !== null && (
          <span className={requestsLeft <= fewRequests ? 'text-attention' : ''}>
            {requestsLeft.toLocaleString('en')} of 4,500 requests left this hour
          </span>
        )}
      </p>
    </li>
  )
}

/** Near what Berth leaves to people. */
const fewRequests = 900

function HostCard({ line: { host, source, apps, services, findings } }: { line: HostLine }) {
  const { name, address, version, berthPlugin } = host
  const findingCount = findings.critical + findings.attention
  return (
    <li className="relative rounded-xl border bg-surface px-4 py-3 hover:bg-sunken/60">
      <p className="flex items-baseline gap-2">
        <Link href={`/hosts/${name}`} prefetch={false} className="text-lg font-semibold after:absolute after:inset-0">
          {name}
        </Link>
        <span className="truncate text-xs text-ink-faint">{address}</span>
        <span className="ml-auto shrink-0 text-xs text-ink-faint">
          {source.observedAt ? <RelativeTime at={source.observedAt} /> : 'not seen yet'}
        </span>
      </p>
      <p className="mt-1 text-sm">
        {source.failure ? (
          <StatusBadge tone="critical" title={source.failure.message}>
            {source.failure.kind === 'refused' ? 'key not trusted' : 'unreachable'}
          </StatusBadge>
        ) : (
          <StatusBadge tone={version ? 'ok' : 'unknown'}>{version ? `Dokku ${version}` : 'not seen yet'}</StatusBadge>
        )}
      </p>
      <p className="mt-2 flex flex-wrap gap-x-4 text-sm text-ink-soft">
        <span>{apps === 1 ? '1 app' : `${apps} apps`}</span>
        <span>{services === 1 ? '1 database' : `${services} databases`}</span>
        <span
          className={findings.critical > 0 ? 'text-critical' : findingCount > 0 ? 'text-attention' : 'text-ink-faint'}
        >
          {findingCount === 0
            ? 'nothing found'
            : findingCount === 1
              ? '1 finding'
              : `${findingCount.toLocaleString('en')} findings`}
        </span>
        <span className="text-ink-faint">{berthPlugin ? `plugin ${berthPlugin}` : 'no plugin'}</span>
      </p>
    </li>
  )
}
