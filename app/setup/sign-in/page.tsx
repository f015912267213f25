import type { Metadata } from 'next'
import { headers } from 'next/headers'
import { GivenStep } from '../given-note.tsx'
import { nextIn } from '../next-of.ts'
import { setupContext } from '../setup-context.ts'
import { SetupFrame } from '../setup-frame.tsx'
import { SkipForm } from '../skip-form.tsx'
import { SignInForm } from './sign-in-form.tsx'

export const metadata: Metadata = { title: 'Setup · Sign-in' }

interface Props {
  searchParams: Promise<Record<string, string | string[] | undefined>>
}

export default async function SignInStep({ searchParams }: Props) {
  const { ctx, setup } = await setupContext()
  const next = nextIn((await searchParams).next)
  const { gitlab, given, gitlabUrl, redirectUri } = setup
  const warning = addressWarning(redirectUri, (await headers()).get('host'))
  return (
    <SetupFrame
      actor={ctx.actor}
      steps={setup.steps}
      step="sign-in"
      about="Everybody then sees the projects that they see in GitLab, and what they do is done as themselves. Without it there is the operator’s password alone."
    >
      {given.oauth ? (
        <GivenStep variable="BERTH_GITLAB_OAUTH_ID" />
      ) : gitlab === null ? (
        <p className="rounded-xl border bg-surface p-5 text-pretty text-sm text-ink-soft">
          {given.gitlab
            ? 'GitLab is set by environment variables; its application is then set there too, by BERTH_GITLAB_OAUTH_ID and BERTH_GITLAB_OAUTH_SECRET.'
            : 'Connect GitLab first.'}
        </p>
      ) : (
        <SignInForm
          next={next}
          applicationsUrl={`${gitlabUrl}/-/user_settings/applications`}
          redirectUri={redirectUri}
          warning={warning}
          id={gitlab.oauthId ?? ''}
          // A bot's name is of no use to anybody who signs in.
          admins={
            gitlab.oauthId === null && !/_bot(_|$)/.test(gitlab.token.username)
              ? gitlab.token.username
              : gitlab.admins.join(', ')
          }
        />
      )}
      {setup.steps['sign-in'] === 'open' && next === '/setup' && <SkipForm step="sign-in">Skip for now</SkipForm>}
    </SetupFrame>
  )
}

/** GitLab leads back to BERTH_URL, wherever one is now. */
function addressWarning(redirectUri: string, host: string | null): string | null {
  const { host: own, protocol, hostname } = new URL(redirectUri)
  if (host !== null && host !== own)
    return `You opened Berth at ${host}, and BERTH_URL says ${own}: GitLab would lead people there. Set BERTH_URL and start Berth again.`
  if (protocol === 'http:' && hostname !== 'localhost' && !hostname.startsWith('127.'))
    return 'Berth has no https:// address. GitLab takes it, but whoever listens on the way can come in as somebody else. Set BERTH_URL to an https:// address.'
  return null
}
