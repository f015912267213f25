import Link from 'next/link'
import type { Health } from '#lib/domain/board.ts'
import type { Check, CheckState, Fix } from '#lib/domain/wiring/check.ts'
import type { CheckSection as Section } from '#lib/domain/wiring/report.ts'
import { AskButton } from '../../../_ui/ask-button.tsx'
import { button } from '../../../_ui/button.ts'
import { CopyButton } from '../../../_ui/copy-button.tsx'
import { Icon } from '../../../_ui/icon.tsx'
import { StatusIcon, StatusPill } from '../../../_ui/status-badge.tsx'
import { createVariables } from './actions.ts'

export const checkLooks: Record<CheckState, { tone: Health; words: string }> = {
  problem: { tone: 'critical', words: 'problem' },
  warning: { tone: 'attention', words: 'warning' },
  unknown: { tone: 'unknown', words: 'unknown' },
  ok: { tone: 'ok', words: 'fine' },
}

/** The checks of one part of the wiring: what is wrong in full, what is fine in one line that opens. */
export function CheckSection({ section, projectId, mayFix }: { section: Section; projectId: number; mayFix: boolean }) {
  const { group, title, checks } = section
  const wrong = checks.filter(({ state }) => state !== 'ok')
  const fine = checks.filter(({ state }) => state === 'ok')
  const id = `wiring-${group}`
  return (
    <section aria-labelledby={id} className="overflow-hidden rounded-xl border bg-surface">
      <header className="flex items-center justify-between gap-3 border-b px-4 py-2.5">
        <h2 id={id} className="font-semibold">
          {title}
        </h2>
        {wrong[0] ? (
          <StatusPill tone={checkLooks[wrong[0].state].tone}>{countWords(wrong)}</StatusPill>
        ) : (
          <span className="inline-flex items-center gap-1.5 text-sm text-ink-soft">
            <StatusIcon tone="ok" /> fine
          </span>
        )}
      </header>
      {wrong.length > 0 && (
        <ul className="divide-y">
          {wrong.map((check) => (
            <CheckLine key={check.name} check={check} projectId={projectId} mayFix={mayFix} />
          ))}
        </ul>
      )}
      {fine.length > 0 && (
        <details className={wrong.length > 0 ? 'border-t' : ''}>
          <summary className="cursor-pointer px-4 py-2.5 text-sm text-ink-soft hover:text-ink">
            {fine.length === 1 ? '1 check is fine' : `${fine.length} checks are fine`}
          </summary>
          <ul className="divide-y border-t">
            {fine.map((check) => (
              <CheckLine key={check.name} check={check} projectId={projectId} mayFix={mayFix} />
            ))}
          </ul>
        </details>
      )}
    </section>
  )
}

/** `1 problem, 2 warnings` */
function countWords(wrong: readonly Check[]): string {
  const words = (state: 'problem' | 'warning' | 'unknown') => {
    const count = wrong.filter((check) => check.state === state).length
    if (count === 0) return []
    return [`${count} ${state}${count === 1 || state === 'unknown' ? '' : 's'}`]
  }
  return [...words('problem'), ...words('warning'), ...words('unknown')].join(', ')
}

function CheckLine({ check, projectId, mayFix }: { check: Check; projectId: number; mayFix: boolean }) {
  const { name, state, words, evidence, fix } = check
  return (
    <li className="flex gap-2.5 px-4 py-3 text-sm">
      <StatusIcon tone={checkLooks[state].tone} className="mt-0.5 size-4" />
      <div className="flex min-w-0 flex-1 flex-col gap-1">
        <p className="flex flex-wrap items-baseline gap-x-2">
          <span className="sr-only">{checkLooks[state].words}: </span>
          <strong className="font-medium [overflow-wrap:anywhere]">{name}</strong>
        </p>
        <p className="max-w-prose text-pretty text-ink-soft [overflow-wrap:anywhere]">{words}</p>
        {evidence.length > 0 && (
          <ul className="text-xs text-ink-faint">
            {evidence.map((line) => (
              <li key={line} className="[overflow-wrap:anywhere]">
                {line}
              </li>
            ))}
          </ul>
        )}
        {fix && <FixLine fix={fix} projectId={projectId} mayFix={mayFix} about={name} />}
      </div>
    </li>
  )
}

function FixLine({ fix, projectId, mayFix, about }: { fix: Fix; projectId: number; mayFix: boolean; about: string }) {
  switch (fix.kind) {
    case 'operation':
      return mayFix ? (
        <div className="mt-1">
          <AskButton ask={createVariables.bind(null, { projectId })} className={button('plain', 'small')}>
            {fix.words}
          </AskButton>
        </div>
      ) : (
        <p className="text-xs text-ink-faint">A maintainer of the project can create it from here.</p>
      )
    case 'link':
      return (
        <p className="mt-1">
          <FixLink href={fix.href} label={`${fix.words}: ${about}`}>
            {fix.words}
          </FixLink>
        </p>
      )
    case 'command':
      return (
        <div className="mt-1 flex flex-col gap-1">
          <p className="text-pretty">{fix.words}:</p>
          <div className="flex items-start gap-2">
            <pre className="min-w-0 flex-1 rounded-md bg-sunken px-3 py-2 font-mono text-xs whitespace-pre-wrap [overflow-wrap:anywhere]">
              {fix.text.trimEnd()}
            </pre>
            <CopyButton text={fix.text} label="Copy" about={about} />
          </div>
        </div>
      )
  }
}

/** Berth's own pages are a path; everything else leads out. */
function FixLink({ href, label, children }: { href: string; label: string; children: string }) {
  const look = { href, className: button('plain', 'small'), 'aria-label': label }
  if (href.startsWith('/')) {
    return (
      <Link {...look} prefetch={false}>
        {children}
      </Link>
    )
  }
  return (
    <a {...look}>
      {children}
      <Icon name="link-out" className="size-3.5" />
    </a>
  )
}
