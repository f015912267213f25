import type { Metadata } from 'next'
import { opensByPassword } from '#lib/caller.ts'
import { instance } from '#lib/context.ts'
import { ownPath } from '#lib/domain/own-path.ts'
import { signInFailure } from '#lib/domain/sign-in-failure.ts'
import { needsPassword } from '#lib/operations/operator-password.ts'
import { Icon } from '../_ui/icon.tsx'
import { GitlabButton } from './gitlab-button.tsx'
import { ChoosePasswordForm, SignInForm } from './sign-in-form.tsx'

export const metadata: Metadata = { title: 'Sign in' }

interface Props {
  searchParams: Promise<Record<string, string | string[] | undefined>>
}

/** With GitLab where that is set up; with the operator's password where that opens Berth. */
export default async function SignInPage({ searchParams }: Props) {
  const { world, env } = instance()
  const { next: wanted, error } = await searchParams
  const next = ownPath(typeof wanted === 'string' ? wanted : null)
  const byGitlab = env.BERTH_GITLAB_OAUTH_ID !== null
  const byPassword = opensByPassword(env)
  const isFirstStart = byPassword && (await needsPassword(world, env.BERTH_OPERATOR_PASSWORD))
  const operator = isFirstStart ? <ChoosePasswordForm next={next} /> : <SignInForm next={next} isAlone={!byGitlab} />
  return (
    <main className="mx-auto flex min-h-dvh max-w-[22rem] flex-col justify-center gap-6 px-4 pb-24">
      <header className="flex flex-col items-center gap-3 text-center">
        <span className="inline-flex size-12 items-center justify-center rounded-xl bg-ink text-surface">
          <Icon name="berth" className="size-7" />
        </span>
        <div>
          <h1 className="text-xl font-semibold">
            {isFirstStart && !byGitlab ? 'Welcome to Berth' : 'Sign in to Berth'}
          </h1>
          <p className="text-balance text-ink-soft">
            {isFirstStart && !byGitlab
              ? 'Choose the operator’s password to begin.'
              : 'Every branch, what runs, and what is between.'}
          </p>
        </div>
      </header>
      {typeof error === 'string' && (
        <p role="alert" className="flex items-start gap-2 rounded-xl border bg-surface p-4 text-sm text-critical">
          <Icon name="cross" className="mt-0.5 size-4 shrink-0" />
          {signInFailure(error)}
        </p>
      )}
      {byGitlab && <GitlabButton next={next} />}
      {byPassword && !byGitlab && operator}
      {byPassword && byGitlab && (
        <details className="text-sm text-ink-soft">
          <summary className="mx-auto w-fit cursor-pointer rounded-md px-2 py-1 hover:text-ink">
            {isFirstStart ? 'Choose the operator’s password' : 'Sign in as the operator'}
          </summary>
          <div className="pt-3">{operator}</div>
        </details>
      )}
    </main>
  )
}
