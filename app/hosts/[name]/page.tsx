import type { Metadata } from 'next'
import Link from 'next/link'
import { pageContext } from '#lib/context.ts'
import { isAdmin } from '#lib/domain/access.ts'
import { isSnoozed } from '#lib/domain/finding.ts'
import { maySnooze } from '#lib/domain/finding-sight.ts'
import { findingKindWords } from '#lib/domain/finding-words.ts'
import { type HostDetail, hostDetail } from '#lib/queries/host.ts'
import { bytes } from '../../_ui/bytes.ts'
import { EmptyState } from '../../_ui/empty-state.tsx'
import { FindingLine } from '../../_ui/finding-line.tsx'
import { Live } from '../../_ui/live.tsx'
import { present } from '../../_ui/present.ts'
import { RelativeTime } from '../../_ui/relative-time.tsx'
import { Scroller } from '../../_ui/scroller.tsx'
import { Shell } from '../../_ui/shell.tsx'
import { SnoozeSheet } from '../../_ui/snooze-sheet.tsx'
import { SourceBanner } from '../../_ui/source-banner.tsx'
import { findingsHref } from '../../findings/findings-url.ts'
import { HostApps } from './host-apps.tsx'
import { HostDatabases } from './host-databases.tsx'
import { NamingClaims } from './naming-claims.tsx'
import { PluginHint } from './plugin-hint.tsx'

interface Props {
  params: Promise<{ name: string }>
  searchParams: Promise<{ snooze?: string | string[] }>
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Host ${decodeURIComponent((await params).name)}` }
}

/** One Dokku host: what is wrong with it, whose its apps and databases are, and by which rule. */
export default async function HostPage({ params, searchParams }: Props) {
  const ctx = await pageContext()
  const detail = await present(hostDetail(ctx, decodeURIComponent((await params).name)))
  if ('failure' in detail) return <Shell actor={ctx.actor}>{detail.failure.message}</Shell>
  const { host, source } = detail
  // What is the matter with environments stands on their projects' pages; a host may carry a thousand of them.
  const findings = detail.findings.filter(({ subject }) => subject.kind !== 'environment')
  const elsewhere = detail.findings.length - findings.length
  const mayClaim = isAdmin(ctx.actor)
  const here = `/hosts/${host.name}`
  const asOf = ctx.now()
  const given = await searchParams
  const snoozed = findings.find(({ id }) => id === given.snooze)
  return (
    <Shell actor={ctx.actor} crumbs={[{ words: 'Hosts', href: '/hosts' }, { words: host.name }]}>
      <Live topics={[`host:${host.name}`, 'findings']} />
      <Head detail={detail} />
      <SourceBanner sources={[source]} asOf={asOf} />
      {findings.length > 0 && (
        <section aria-labelledby="findings" className="overflow-hidden rounded-xl border bg-surface">
          <h2 id="findings" className="flex items-baseline gap-2 border-b px-4 py-2.5 font-semibold">
            Findings <span className="text-sm font-normal text-ink-faint">{findings.length}</span>
          </h2>
          <Scroller label="All findings" className="max-h-[36rem]">
            <ul className="divide-y">
              {findings.map((finding) => (
                <FindingLine
                  key={finding.id}
                  finding={finding}
                  asOf={asOf}
                  mayAct={maySnooze(ctx.actor, finding)}
                  snoozeHref={`${here}?snooze=${finding.id}`}
                />
              ))}
            </ul>
          </Scroller>
        </section>
      )}
      {elsewhere > 0 && (
        <p className="text-sm text-ink-soft">
          <Link href={findingsHref({ host: host.name })} prefetch={false} className="underline hover:text-ink">
            {elsewhere === 1 ? '1 finding' : `${elsewhere.toLocaleString('en')} findings`} about environments
          </Link>{' '}
          whose apps are, or should be, here.
        </p>
      )}
      {host.version === null ? (
        <div className="rounded-xl border bg-surface">
          <EmptyState icon="clock" title="Not seen yet">
            Nothing of this host has been read so far; what stands above says why, if there is a reason.
          </EmptyState>
        </div>
      ) : (
        <>
          <HostApps detail={detail} />
          <HostDatabases detail={detail} />
          {host.berthPlugin === null && <PluginHint />}
          <NamingClaims
            host={host.name}
            claims={detail.claims}
            apps={detail.apps.map(({ name }) => name)}
            projects={detail.projects}
            mayClaim={mayClaim}
          />
        </>
      )}
      {snoozed && maySnooze(ctx.actor, snoozed) && (
        <SnoozeSheet
          findingId={snoozed.id}
          title={findingKindWords[snoozed.kind]}
          words={snoozed.words}
          isSnoozed={isSnoozed(snoozed, asOf)}
          closeHref={here}
        />
      )}
    </Shell>
  )
}

function Head({ detail: { host, source, apps } }: { detail: HostDetail }) {
  return (
    <div className="flex flex-wrap items-baseline gap-x-4 gap-y-1">
      <h1 className="text-xl font-semibold">{host.name}</h1>
      <span className="text-sm text-ink-soft">{host.address}</span>
      {host.version && <span className="text-sm text-ink-soft">Dokku {host.version}</span>}
      <span className="text-sm text-ink-soft">{apps.length === 1 ? '1 app' : `${apps.length} apps`}</span>
      {host.disk && (
        <span className="text-sm text-ink-soft">
          {bytes(host.disk.freeBytes)} of {bytes(host.disk.totalBytes)} free
        </span>
      )}
      {host.berthPlugin && <span className="text-sm text-ink-soft">plugin berth {host.berthPlugin}</span>}
      <span className="ml-auto text-xs text-ink-faint">
        {source.observedAt ? (
          <>
            seen <RelativeTime at={source.observedAt} />
          </>
        ) : (
          'not seen yet'
        )}
      </span>
    </div>
  )
}
