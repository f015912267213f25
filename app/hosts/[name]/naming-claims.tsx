'use client'

import { useRouter } from 'next/navigation'
import { type FormEvent, useState, useTransition } from 'react'
import { matches } from '#lib/domain/belonging.ts'
import type { Failure } from '#lib/domain/errors.ts'
import type { HostDetail } from '#lib/queries/host.ts'
import { button } from '../../_ui/button.ts'
import { RelativeTime } from '../../_ui/relative-time.tsx'
import { claimNames, withdrawClaim } from './actions.ts'

/**
 * By which names apps are a project's also when GitLab knows no environment for them. Says which apps a pattern means before
 * anybody claims it: from then on they may be found without environment, and swept.
 */
export function NamingClaims({
  host,
  claims,
  apps,
  projects,
  mayClaim,
}: {
  host: string
  claims: HostDetail['claims']
  /** Names of all apps of the host. */
  apps: readonly string[]
  projects: readonly { id: number; path: string }[]
  mayClaim: boolean
}) {
  const router = useRouter()
  const [pattern, setPattern] = useState('')
  const [failure, setFailure] = useState<Failure | null>(null)
  const [isPending, startTransition] = useTransition()
  const meant = pattern === '' ? [] : apps.filter((name) => matches(pattern, name))

  const change = (ask: () => Promise<Failure | null>, done?: () => void) =>
    startTransition(async () => {
      const failed = await ask()
      setFailure(failed)
      if (failed === null) done?.()
      router.refresh()
    })
  const claim = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const projectId = Number(new FormData(event.currentTarget).get('project'))
    change(
      () => claimNames({ projectId, host, pattern }),
      () => setPattern(''),
    )
  }

  return (
    <section aria-labelledby="claims" className="overflow-hidden rounded-xl border bg-surface">
      <h2 id="claims" className="border-b px-4 py-2.5 font-semibold">
        Naming rules
      </h2>
      <p className="max-w-prose px-4 pt-3 text-pretty text-sm text-ink-soft">
        An app that no environment maps to is not ours, and nothing here ever touches it, until a person says that apps
        of that name are a project’s.
      </p>
      {claims.length > 0 && (
        <ul className="divide-y px-4 pt-1 text-sm">
          {claims.map(({ id, pattern: claimed, projectPath, claimedBy, claimedAt }) => (
            <li key={id} className="flex flex-wrap items-center gap-x-3 py-2">
              <code className="font-mono text-xs">{claimed}</code>
              <span>{projectPath}</span>
              <span className="text-xs text-ink-faint">
                {claimedBy} <RelativeTime at={claimedAt} />
              </span>
              {mayClaim && (
                <button
                  type="button"
                  disabled={isPending}
                  onClick={() => change(() => withdrawClaim({ claimId: id }))}
                  className={`${button('quiet', 'small')} ml-auto`}
                >
                  Withdraw
                </button>
              )}
            </li>
          ))}
        </ul>
      )}
      {mayClaim && (
        <form onSubmit={claim} className="flex flex-wrap items-end gap-3 px-4 pt-2 pb-4 text-sm">
          <label className="flex flex-col gap-1">
            <span className="text-xs text-ink-faint">Apps named</span>
            <input
              value={pattern}
              onChange={({ target }) => setPattern(target.value.trim().toLowerCase())}
              placeholder="review-*"
              required
              maxLength={100}
              className="h-8 w-56 rounded-md border border-line-strong bg-surface px-2.5 font-mono text-xs max-md:h-10"
            />
          </label>
          <label className="flex flex-col gap-1">
            <span className="text-xs text-ink-faint">belong to</span>
            <select name="project" className="h-8 rounded-md border border-line-strong bg-surface px-2.5 max-md:h-10">
              {projects.map(({ id, path }) => (
                <option key={id} value={id}>
                  {path}
                </option>
              ))}
            </select>
          </label>
          <button type="submit" disabled={isPending || pattern === ''} className={button('plain')}>
            Claim
          </button>
          {pattern !== '' && (
            <p className="w-full text-pretty text-ink-soft" role="status">
              {meantWords(meant)}
            </p>
          )}
          {failure && (
            <p role="alert" className="w-full text-pretty text-critical">
              {failure.message}
            </p>
          )}
        </form>
      )}
    </section>
  )
}

const namedApps = 8

function meantWords(names: readonly string[]): string {
  if (names.length === 0) return 'No app of this host is named so.'
  const rest = names.length - namedApps
  return `Means ${names.slice(0, namedApps).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}.`
}
