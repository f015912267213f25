'use client'

import { connectGitlabAction } from '../actions.ts'
import { SetupField, SetupForm } from '../setup-form.tsx'

/** The token is never shown again: it is entered anew each time. */
export function GitlabForm({ next, url, isConnected }: { next: string; url: string; isConnected: boolean }) {
  return (
    <SetupForm action={connectGitlabAction} submit="Test and save" pending="Asking GitLab …">
      {(tried) => (
        <>
          <input type="hidden" name="next" value={next} />
          <SetupField
            tried={tried}
            name="url"
            label="Address"
            placeholder="https://gitlab.example.jp"
            value={url}
            hint={
              isConnected
                ? 'With another address Berth forgets the projects, the people and the settings of this one.'
                : 'As the browser shows it. A private address is fine; the token is sent to no other.'
            }
            required
            autoFocus={url === ''}
          />
          <SetupField
            tried={tried}
            name="token"
            label={isConnected ? 'New access token' : 'Access token'}
            type="password"
            hint="It is kept sealed and never shown again."
            required
            autoFocus={url !== ''}
          />
          <details className="text-sm text-ink-soft">
            <summary className="w-fit rounded-md hover:text-ink">Where do I get one?</summary>
            <div className="flex flex-col gap-2 pt-2">
              <p className="text-pretty">
                In GitLab, a group’s or project’s <em>Settings → Access tokens</em> makes one that belongs to nobody who
                may leave. Yours is under <em>Preferences → Access tokens</em>.
              </p>
              <ul className="flex list-disc flex-col gap-1 pl-5">
                <li>
                  Scope <code>read_api</code> and role Reporter: to look.
                </li>
                <li>
                  Scope <code>api</code> and role Maintainer: also for what the operator, API tokens and policies do.
                  People who sign in with GitLab act by their own rights.
                </li>
              </ul>
            </div>
          </details>
        </>
      )}
    </SetupForm>
  )
}
