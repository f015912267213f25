'use client'

import Link from 'next/link'
import { button } from '../_ui/button.ts'
import { leaveDemoAction } from './actions.ts'
import { SetupForm } from './setup-form.tsx'

const steps = [
  'Your GitLab, with a token that Berth looks with.',
  'Sign-in with GitLab, if you like.',
  'Your Dokku hosts, each with a key of its own.',
  'The projects to show.',
]

/** What leaving the demo means, before it is done. */
export function LeaveDemo({ isOperator }: { isOperator: boolean }) {
  return (
    <div className="mx-auto flex w-full max-w-[36rem] flex-col gap-5 pt-4">
      <header className="flex flex-col gap-1">
        <h1 className="text-xl font-semibold">Connect your own GitLab</h1>
        <p className="text-pretty text-ink-soft">
          This Berth runs on stand-ins. Leaving them takes you to the setup, which takes five minutes:
        </p>
      </header>
      <ol className="flex list-decimal flex-col gap-1 pl-5 text-ink-soft marker:text-ink-faint">
        {steps.map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
      {isOperator ? (
        <SetupForm
          action={leaveDemoAction}
          submit="Leave the demo"
          pending="Leaving …"
          aside={
            <Link href="/" prefetch={false} className={button('quiet', 'large')}>
              Stay
            </Link>
          }
        >
          {() => (
            <p className="text-pretty text-sm text-ink-soft">
              The demo’s projects and its people are forgotten, and whoever signed in as one of them is signed out. Your
              password stays. The demo does not come back by itself: remove the data directory to begin anew.
            </p>
          )}
        </SetupForm>
      ) : (
        <p className="rounded-xl border bg-surface p-5 text-pretty text-sm text-ink-soft">
          Only the operator may leave the demo, since anybody may sign in as anybody here. Sign out, and in again with
          the operator’s password.
        </p>
      )}
    </div>
  )
}
