'use client'

import { type ReactNode, useActionState } from 'react'
import { button } from '../_ui/button.ts'
import { Icon } from '../_ui/icon.tsx'
import { choosePasswordAction, type SignInState, signInAction } from './actions.ts'

/** `isAlone`: there is no other way to sign in, so this is what the page is for, and one begins to type at once. */
export function SignInForm({ next, isAlone }: { next: string; isAlone: boolean }) {
  return (
    <Form action={signInAction} next={next} submit="Sign in" kind={isAlone ? 'primary' : 'plain'}>
      <Field name="password" label="Password" type="password" autoComplete="current-password" isFirst={isAlone} />
    </Form>
  )
}

export function ChoosePasswordForm({ next }: { next: string }) {
  return (
    <Form action={choosePasswordAction} next={next} submit="Set password and sign in">
      <Field
        name="code"
        label="Setup code"
        type="text"
        autoComplete="one-time-code"
        hint="It stands in the terminal in which Berth was started."
        isFirst
      />
      <Field
        name="password"
        label="New password"
        type="password"
        autoComplete="new-password"
        minLength={8}
        hint="At least 8 characters."
      />
      <Field name="repeated" label="The same again" type="password" autoComplete="new-password" minLength={8} />
    </Form>
  )
}

function Form({
  action,
  next,
  submit,
  kind = 'primary',
  children,
}: {
  action(before: SignInState, form: FormData): Promise<SignInState>
  /** Where one goes on to. */
  next: string
  submit: string
  kind?: 'primary' | 'plain'
  children: ReactNode
}) {
  const [state, send, isPending] = useActionState(action, null)
  return (
    <form action={send} className="flex flex-col gap-4 rounded-xl border bg-surface p-5">
      <input type="hidden" name="next" value={next} />
      {children}
      {state && (
        <p role="alert" className="flex items-start gap-2 text-sm text-critical">
          <Icon name="cross" className="mt-0.5 size-4" />
          {state.message}
        </p>
      )}
      <button type="submit" disabled={isPending} className={button(kind, 'large')}>
        {isPending && <Icon name="spinner" className="size-4 animate-turn" />}
        {submit}
      </button>
    </form>
  )
}

function Field({
  name,
  label,
  hint,
  isFirst = false,
  ...input
}: {
  name: string
  label: string
  type: 'text' | 'password'
  autoComplete: string
  minLength?: number
  hint?: string
  isFirst?: boolean
}) {
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={name} className="text-sm font-medium">
        {label}
      </label>
      <input
        id={name}
        name={name}
        required
        // biome-ignore lint/a11y/noAutofocus: the page has this one purpose.
        autoFocus={isFirst}
        aria-describedby={hint && `${name}-hint`}
        className="h-10 rounded-md border border-line-strong bg-surface px-3 max-md:h-12 max-md:text-lg"
        {...input}
      />
      {hint && (
        <p id={`${name}-hint`} className="text-xs text-ink-faint">
          {hint}
        </p>
      )}
    </div>
  )
}
