import Link from 'next/link'
import { redirect } from 'next/navigation'
import { needsSetup } from '#lib/connections.ts'
import { instance, pageContext } from '#lib/context.ts'
import { isAdmin, seenProjects } from '#lib/domain/access.ts'
import { waitingApprovals } from '#lib/queries/approvals.ts'
import { fleet } from '#lib/queries/fleet.ts'
import { EmptyState } from './_ui/empty-state.tsx'
import { Live } from './_ui/live.tsx'
import { Shell } from './_ui/shell.tsx'
import { SourceAges, SourceBanner } from './_ui/source-banner.tsx'
import { WaitingApprovals } from './_ui/waiting-approvals.tsx'
import { channelsHref } from './channels/channel-url.ts'
import { FleetTable } from './fleet-table.tsx'

export default async function FleetPage() {
  const ctx = await pageContext()
  // Nothing can show before somebody connected a GitLab.
  if (needsSetup(instance().env) && isAdmin(ctx.actor)) redirect('/setup')
  const [{ projects, sources }, approvals] = await Promise.all([fleet(ctx), waitingApprovals(ctx)])
  // A project's own trouble stands in its line; above stand the sources that concern all of them.
  const common = sources.filter(({ id }) => !id.startsWith('gitlab:'))
  return (
    <Shell actor={ctx.actor}>
      <Live topics={['fleet']} />
      <div className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1">
        <h1 className="flex items-baseline gap-2 text-xl font-semibold">
          Projects <span className="text-sm font-normal text-ink-faint">{projects.length}</span>
        </h1>
        <div className="flex items-center gap-3">
          <SourceAges sources={common} />
          {isAdmin(ctx.actor) &&
            [
              { words: 'Channels', href: channelsHref(null) },
              { words: 'Connections', href: '/settings/connections' },
            ].map(({ words, href }) => (
              <Link
                key={href}
                href={href}
                prefetch={false}
                className="text-sm text-ink-soft hover:text-ink hover:underline"
              >
                {words}
              </Link>
            ))}
        </div>
      </div>
      <SourceBanner sources={common} asOf={ctx.now()} />
      <WaitingApprovals approvals={approvals} viewer={ctx.actor.name} />
      {projects.length === 0 ? (
        <div className="rounded-xl border bg-surface">
          {seenProjects(ctx.actor) === 'all' ? <NothingToShow /> : <NothingForYou name={ctx.actor.name} />}
        </div>
      ) : (
        <FleetTable projects={projects} />
      )}
    </Shell>
  )
}

const NothingToShow = () => (
  <EmptyState icon="berth" title="No projects yet">
    Berth shows the projects that were chosen in Settings → Connections or in <code>BERTH_GITLAB_PROJECTS</code>. The
    first look takes a few seconds; they appear here by themselves.
  </EmptyState>
)

const NothingForYou = ({ name }: { name: string }) => (
  <EmptyState icon="berth" title={`Welcome, ${name}`}>
    GitLab gives you no role in any project that is shown here. Ask for at least Reporter in one of them; it appears
    here within a minute.
  </EmptyState>
)
