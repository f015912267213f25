'use client'

import { oauthScopes } from '#lib/domain/oauth-scopes.ts'
import { connectSignInAction } from '../actions.ts'
import { CopyLine } from '../copy-line.tsx'
import { FlawNote } from '../flaw-note.tsx'
import { SetupField, SetupForm } from '../setup-form.tsx'

interface Props {
  next: string
  applicationsUrl: string
  redirectUri: string
  /** What is the matter with the address of Berth. */
  warning: string | null
  id: string
  admins: string
}

/** What to enter in GitLab on the left of the way, and what GitLab gives for it. */
export function SignInForm({ next, applicationsUrl, redirectUri, warning, id, admins }: Props) {
  return (
    <>
      <section aria-labelledby="register" className="flex flex-col gap-3 rounded-xl border bg-surface p-5 max-md:p-4">
        <h2 id="register" className="font-semibold">
          In GitLab, add an application
        </h2>
        <p className="text-pretty text-sm text-ink-soft">
          As an administrator under <em>Admin → Applications</em>, else{' '}
          <a href={applicationsUrl} target="_blank" rel="noreferrer" className="underline hover:text-ink">
            with your own account
          </a>{' '}
          or a group’s. Leave <em>Confidential</em> on, and enter exactly:
        </p>
        <dl className="flex flex-col gap-3 text-sm">
          <div className="flex flex-col gap-1">
            <dt className="text-ink-soft">Redirect URI</dt>
            <dd>
              <CopyLine text={redirectUri} label="the redirect URI" />
            </dd>
          </div>
          <div className="flex flex-col gap-1">
            <dt className="text-ink-soft">Scopes, all five</dt>
            <dd className="flex flex-wrap gap-1.5">
              {oauthScopes.map((scope) => (
                <code key={scope} className="rounded-md bg-sunken px-2 py-1 font-mono text-xs">
                  {scope}
                </code>
              ))}
            </dd>
          </div>
        </dl>
        {warning && <FlawNote tone="attention" flaw={{ field: null, words: warning, remedy: '' }} />}
      </section>
      <SetupForm action={connectSignInAction} submit="Test and save" pending="Asking GitLab …">
        {(tried) => (
          <>
            <input type="hidden" name="next" value={next} />
            <SetupField tried={tried} name="id" label="Application ID" value={id} required />
            <SetupField
              tried={tried}
              name="secret"
              label="Secret"
              type="password"
              hint={
                id === ''
                  ? 'GitLab shows it once. It is kept sealed and never shown again.'
                  : 'Leave it empty to keep the one that is stored.'
              }
              required={id === ''}
            />
            <SetupField
              tried={tried}
              name="admins"
              label="Admins of Berth"
              value={admins}
              hint="GitLab usernames, separated by commas. GitLab’s own administrators are admins anyway. The operator’s password goes on opening Berth until an admin closes that in Settings → Connections."
            />
          </>
        )}
      </SetupForm>
    </>
  )
}
