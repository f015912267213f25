'use client'

import { type ReactNode, useActionState } from 'react'
import type { Flaw } from '#lib/domain/gitlab-check.ts'
import { button } from '../_ui/button.ts'
import { Icon } from '../_ui/icon.tsx'
import { FlawNote } from './flaw-note.tsx'

/** What the last try came to; `null` before the first. What was typed comes back, secrets left out. */
export type Tried = { flaw: Flaw; typed: Record<string, string> } | null

interface Props {
  action(before: Tried, form: FormData): Promise<Tried>
  submit: string
  /** While the other end is asked. */
  pending: string
  children(tried: Tried): ReactNode
  /** Beside the button. */
  aside?: ReactNode
}

/** A form that is tried at its other end before anything is kept. */
export function SetupForm({ action, submit, pending, children, aside }: Props) {
  const [tried, send, isPending] = useActionState(action, null)
  return (
    <form action={send} className="flex flex-col gap-5 rounded-xl border bg-surface p-5 max-md:p-4">
      {children(tried)}
      {tried && !isPending && <FlawNote flaw={tried.flaw} />}
      <div className="flex flex-wrap items-center gap-3">
        <button type="submit" disabled={isPending} className={button('primary', 'large')}>
          {isPending && <Icon name="spinner" className="size-4 animate-turn" />}
          {isPending ? pending : submit}
        </button>
        {aside}
      </div>
    </form>
  )
}

/** A field with its label and what it is for; the one that is wrong is marked. */
export function SetupField({
  tried,
  name,
  label,
  hint,
  value = '',
  ...input
}: {
  tried: Tried
  name: string
  label: string
  hint?: ReactNode
  value?: string
  type?: 'text' | 'password' | 'url' | 'number'
  placeholder?: string
  required?: boolean
  autoFocus?: boolean
}) {
  const isWrong = tried?.flaw.field === name
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={name} className="text-sm font-medium">
        {label}
      </label>
      <input
        id={name}
        name={name}
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        defaultValue={tried?.typed[name] ?? value}
        aria-invalid={isWrong || undefined}
        aria-describedby={hint ? `${name}-hint` : undefined}
        className={`h-10 w-full rounded-md border bg-surface px-3 max-md:h-12 max-md:text-lg ${isWrong ? 'border-critical' : 'border-line-strong'}`}
        {...input}
      />
      {hint && (
        <p id={`${name}-hint`} className="text-pretty text-xs text-ink-faint">
          {hint}
        </p>
      )}
    </div>
  )
}
