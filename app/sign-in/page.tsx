import type { Metadata } from 'next'
import { instance } from '#lib/context.ts'
import { needsPassword } from '#lib/operations/operator-password.ts'
import { Icon } from '../_ui/icon.tsx'
import { ChoosePasswordForm, SignInForm } from './sign-in-form.tsx'

export const metadata: Metadata = { title: 'Sign in' }

/** Before the first password has been chosen it is chosen here, by whoever can read the terminal. */
export default async function SignInPage() {
  const { world, env } = instance()
  const isFirstStart = await needsPassword(world, env.BERTH_OPERATOR_PASSWORD)
  return (
    <main className="mx-auto flex min-h-dvh max-w-[22rem] flex-col justify-center gap-6 px-4 pb-24">
      <header className="flex flex-col items-center gap-3 text-center">
        <span className="inline-flex size-12 items-center justify-center rounded-xl bg-ink text-surface">
          <Icon name="berth" className="size-7" />
        </span>
        <div>
          <h1 className="text-xl font-semibold">{isFirstStart ? 'Welcome to Berth' : 'Sign in to Berth'}</h1>
          <p className="text-pretty text-ink-soft">
            {isFirstStart
              ? 'Choose the operator’s password to begin.'
              : 'Every branch, what runs, and what is between.'}
          </p>
        </div>
      </header>
      {isFirstStart ? <ChoosePasswordForm /> : <SignInForm />}
    </main>
  )
}
