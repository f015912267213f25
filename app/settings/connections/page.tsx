import type { Metadata } from 'next'
import Link from 'next/link'
import { mayAct } from '#lib/domain/connections.ts'
import { tokenWarning } from '#lib/domain/gitlab-check.ts'
import type { SourceState } from '#lib/domain/source.ts'
import { type ConnectedHost, connectionSources, type Setup } from '#lib/queries/setup.ts'
import { button } from '../../_ui/button.ts'
import { Live } from '../../_ui/live.tsx'
import { RelativeTime } from '../../_ui/relative-time.tsx'
import { Shell } from '../../_ui/shell.tsx'
import { StatusBadge } from '../../_ui/status-badge.tsx'
import { connectionsHref } from '../../setup/next-of.ts'
import { setupContext } from '../../setup/setup-context.ts'
import {
  disconnectGitlabAction,
  disconnectHerokuAction,
  disconnectSignInAction,
  removeHostAction,
  setOperatorEntersAction,
} from './actions.ts'
import { ChangeButton } from './change-button.tsx'
import { ConnectionCard } from './connection-card.tsx'

export const metadata: Metadata = { title: 'Connections' }

/** What Berth is connected to, how each connection is, and how to change it. */
export default async function ConnectionsPage() {
  const { ctx, setup } = await setupContext()
  const sources = new Map((await connectionSources(ctx)).map((source) => [source.id, source]))
  return (
    <Shell actor={ctx.actor} crumbs={[{ words: 'Settings' }, { words: 'Connections' }]}>
      <Live topics={['fleet', 'connections', ...setup.hosts.slice(0, 10).map(({ name }) => `host:${name}`)]} />
      <div className="mx-auto flex w-full max-w-[48rem] flex-col gap-4">
        <header className="flex flex-col gap-1">
          <h1 className="text-xl font-semibold">Connections</h1>
          <p className="text-pretty text-ink-soft">
            A change takes effect at once, in every running Berth on this database. Secrets are sealed and never shown.
          </p>
        </header>
        {setup.isDemo && (
          <p className="rounded-xl border bg-surface px-4 py-3 text-sm text-ink-soft">
            This is the demo.{' '}
            <Link href="/setup" prefetch={false} className="underline hover:text-ink">
              Connect your own GitLab
            </Link>
          </p>
        )}
        <GitlabCard setup={setup} source={sources.get('gitlab')} asOf={ctx.now()} />
        <SignInCard setup={setup} isPerson={ctx.actor.kind === 'person'} />
        {setup.hosts.map((host) => (
          <HostCard key={host.name} host={host} source={sources.get(`dokku:${host.name}`)} />
        ))}
        {setup.given.hosts.map((name) => (
          <ConnectionCard key={name} title={`Dokku host ${name}`} state={<Given variable="BERTH_DOKKU_HOSTS" />} />
        ))}
        <HerokuCard setup={setup} />
        <div>
          <Link href={`/setup/hosts?next=${connectionsHref}`} prefetch={false} className={button('plain')}>
            Add a Dokku host
          </Link>
        </div>
      </div>
    </Shell>
  )
}

function GitlabCard({ setup, source, asOf }: { setup: Setup; source: SourceState | undefined; asOf: Date }) {
  const { given, gitlab, gitlabUrl } = setup
  if (given.gitlab)
    return (
      <ConnectionCard title="GitLab" state={<Given variable="BERTH_GITLAB_URL" />}>
        <p className="break-all">{gitlabUrl}</p>
      </ConnectionCard>
    )
  if (gitlab === null)
    return (
      <ConnectionCard
        title="GitLab"
        state={<StatusBadge tone="none">Not connected</StatusBadge>}
        actions={<Change href="/setup/gitlab">Connect</Change>}
      />
    )
  const { url, token, projects, changedAt, changedBy } = gitlab
  const warning = tokenWarning(token, asOf)
  return (
    <ConnectionCard
      title="GitLab"
      state={
        projects.length === 0 ? <StatusBadge tone="attention">No project chosen</StatusBadge> : <Seen source={source} />
      }
      actions={
        <>
          <Change href="/setup/gitlab">Rotate the token</Change>
          {!given.projects && <Change href="/setup/projects">Choose projects</Change>}
          <ChangeButton
            change={disconnectGitlabAction}
            asks="Berth forgets this GitLab’s projects, people, settings and channels, and signs everybody out."
          >
            Remove GitLab
          </ChangeButton>
        </>
      }
    >
      <p className="break-all">{url}</p>
      <p>
        Token “{token.name}” of {token.username}, {mayAct(token) ? 'may act' : 'may look'}
        {token.expiresOn ? `, ends ${token.expiresOn}` : ', does not end'}. Entered by {changedBy}{' '}
        <RelativeTime at={changedAt} />.
      </p>
      {warning && <p className="text-attention">{warning}</p>}
      <p>
        {given.projects
          ? 'Projects are set by BERTH_GITLAB_PROJECTS.'
          : projects.length === 1
            ? projects[0]
            : `${projects.length} projects`}
      </p>
    </ConnectionCard>
  )
}

function SignInCard({ setup, isPerson }: { setup: Setup; isPerson: boolean }) {
  const { given, gitlab } = setup
  const title = 'Sign-in with GitLab'
  if (given.oauth) return <ConnectionCard title={title} state={<Given variable="BERTH_GITLAB_OAUTH_ID" />} />
  if (gitlab === null || gitlab.oauthId === null)
    return (
      <ConnectionCard
        title={title}
        state={<StatusBadge tone="none">Not connected</StatusBadge>}
        actions={gitlab && <Change href="/setup/sign-in">Connect</Change>}
      >
        <p>The operator’s password alone opens Berth.</p>
      </ConnectionCard>
    )
  const { admins, operatorEnters, oauthId } = gitlab
  return (
    <ConnectionCard
      title={title}
      state={<StatusBadge tone="ok">Connected</StatusBadge>}
      actions={
        <>
          <Change href="/setup/sign-in">Change the application or the admins</Change>
          <ChangeButton
            change={setOperatorEntersAction.bind(null, !operatorEnters)}
            asks={
              operatorEnters
                ? isPerson
                  ? 'Only GitLab opens Berth from then on. When GitLab is away, BERTH_BREAK_GLASS=true lets the operator in.'
                  : 'This takes an admin who signed in with GitLab, which proves that one can.'
                : null
            }
          >
            {operatorEnters ? 'Close the operator’s way in' : 'Open the operator’s way in'}
          </ChangeButton>
          <ChangeButton change={disconnectSignInAction} asks="People who signed in with GitLab are signed out.">
            Remove sign-in
          </ChangeButton>
        </>
      }
    >
      <p className="break-all">Application {oauthId.slice(0, 12)}…</p>
      <p>Admins: GitLab’s own{admins.length > 0 && ` and ${admins.join(', ')}`}.</p>
      <p>
        {operatorEnters ? 'The operator’s password opens Berth too.' : 'The operator’s password does not open Berth.'}
      </p>
    </ConnectionCard>
  )
}

function HostCard({ host, source }: { host: ConnectedHost; source: SourceState | undefined }) {
  const { name, address, port, user, role, pinned, shown, connectedAt } = host
  const href = `/setup/hosts/${name}`
  return (
    <ConnectionCard
      title={`Dokku host ${name}`}
      state={
        connectedAt === null ? (
          <StatusBadge tone="attention">{pinned ? 'To be tested' : 'Key to be confirmed'}</StatusBadge>
        ) : pinned !== shown ? (
          <StatusBadge tone="critical">Another key</StatusBadge>
        ) : (
          <Seen source={source} />
        )
      }
      actions={
        <>
          <Change href={href}>{connectedAt === null ? 'Go on' : 'Test it, or compare its key anew'}</Change>
          <ChangeButton
            change={removeHostAction.bind(null, name)}
            asks={`Berth forgets its key for ${name} and what it saw there. Apps stay as they are.`}
            label={`Remove ${name}`}
          >
            Remove
          </ChangeButton>
        </>
      }
    >
      <p>
        {user}@{address}
        {port !== 22 && `:${port}`} · {role === 'production' ? 'production' : 'review apps and staging'}
      </p>
      {pinned && <p className="font-mono text-xs break-all">{pinned}</p>}
    </ConnectionCard>
  )
}

function HerokuCard({ setup: { given, heroku } }: { setup: Setup }) {
  if (given.heroku) return <ConnectionCard title="Heroku" state={<Given variable="BERTH_HEROKU_API_KEY" />} />
  if (heroku === null)
    return (
      <ConnectionCard
        title="Heroku"
        state={<StatusBadge tone="none">Not connected</StatusBadge>}
        actions={<Change href="/setup/heroku">Connect</Change>}
      />
    )
  return (
    <ConnectionCard
      title="Heroku"
      state={<StatusBadge tone="ok">Connected</StatusBadge>}
      actions={
        <>
          <Change href="/setup/heroku">Rotate the key</Change>
          <ChangeButton change={disconnectHerokuAction} asks="Berth forgets the key; apps on Heroku are shown no more.">
            Remove Heroku
          </ChangeButton>
        </>
      }
    >
      <p>
        The key of {heroku.account}, entered by {heroku.changedBy} <RelativeTime at={heroku.changedAt} />.
      </p>
    </ConnectionCard>
  )
}

const Change = ({ href, children }: { href: string; children: string }) => (
  <Link href={`${href}?next=${connectionsHref}`} prefetch={false} className={button('quiet', 'small')}>
    {children}
  </Link>
)

const Given = ({ variable }: { variable: string }) => (
  <StatusBadge tone="none" icon="lock">
    Set by {variable}
  </StatusBadge>
)

function Seen({ source }: { source: SourceState | undefined }) {
  if (!source || (source.observedAt === null && source.failure === null))
    return <StatusBadge tone="busy">First look</StatusBadge>
  if (source.failure)
    return (
      <StatusBadge tone="critical" title={source.failure.message}>
        Failing
      </StatusBadge>
    )
  return <StatusBadge tone="ok">Seen {source.observedAt && <RelativeTime at={source.observedAt} />}</StatusBadge>
}
