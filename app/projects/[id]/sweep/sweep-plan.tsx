'use client'

import { useRouter } from 'next/navigation'
import { type FormEvent, useState, useTransition } from 'react'
import { subjectKey } from '#lib/domain/finding.ts'
import { confirmationOf, type SweepPlan as Plan, type Victim } from '#lib/domain/sweep.ts'
import { button } from '../../../_ui/button.ts'
import { bytes } from '../../../_ui/bytes.ts'
import { Icon } from '../../../_ui/icon.tsx'
import { sweep } from '../actions.ts'
import { sweepHref } from '../board-url.ts'
import { VictimLine } from './victim-line.tsx'

/**
 * Every victim by name with its reason, to be taken out one by one; then a sentence to type, because data does not come back.
 * The plan changes under the reader: what was taken out stays out, and what was typed holds only for what was there then.
 */
export function SweepPlan({ projectId, plan, maySweep }: { projectId: number; plan: Plan; maySweep: boolean }) {
  const [kept, setKept] = useState<ReadonlySet<string>>(new Set())
  const chosen = plan.victims.filter(({ subject }) => !kept.has(subjectKey(subject)))

  const toggle = (key: string) => {
    const next = new Set(kept)
    if (!next.delete(key)) next.add(key)
    setKept(next)
  }

  return (
    <>
      {plan.victims.length > 0 && (
        <section aria-labelledby="victims" className="overflow-hidden rounded-xl border bg-surface">
          <h2 id="victims" className="flex flex-wrap items-baseline gap-x-3 border-b px-4 py-2.5 font-semibold">
            What goes <span className="text-sm font-normal text-ink-soft">{totalWords(chosen)}</span>
          </h2>
          <ul className="divide-y">
            {plan.victims.map((victim) => {
              const key = subjectKey(victim.subject)
              return (
                <li key={key} className="flex gap-3 px-4 py-3 text-sm">
                  {maySweep && (
                    <input
                      type="checkbox"
                      checked={!kept.has(key)}
                      onChange={() => toggle(key)}
                      aria-label={`Sweep ${victim.title}`}
                      className="mt-0.5 size-4 shrink-0 accent-[var(--color-ink)] max-md:size-5"
                    />
                  )}
                  <VictimLine victim={victim} isKept={kept.has(key)} />
                </li>
              )
            })}
          </ul>
          {maySweep && (
            <Confirmation
              key={chosen.map(({ subject }) => subjectKey(subject)).join(' ')}
              projectId={projectId}
              chosen={chosen}
            />
          )}
        </section>
      )}
      {plan.spared.length > 0 && (
        <section aria-labelledby="spared" className="overflow-hidden rounded-xl border bg-surface">
          <h2 id="spared" className="flex items-baseline gap-2 border-b px-4 py-2.5 font-semibold">
            What stays <span className="text-sm font-normal text-ink-faint">{plan.spared.length}</span>
          </h2>
          <ul className="divide-y text-sm">
            {plan.spared.map(({ subject, title, reason }) => (
              <li key={subjectKey(subject)} className="flex gap-2.5 px-4 py-2.5">
                <Icon name="lock" className="mt-0.5 size-4 text-ink-faint" />
                <div className="min-w-0">
                  <p className="truncate font-medium">{title}</p>
                  <p className="text-pretty text-ink-soft">{reason}</p>
                </div>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  )
}

function Confirmation({ projectId, chosen }: { projectId: number; chosen: Victim[] }) {
  const router = useRouter()
  const wanted = confirmationOf({ victims: chosen })
  const [typed, setTyped] = useState('')
  const [refusal, setRefusal] = useState<string | null>(null)
  const [isPending, startTransition] = useTransition()
  const isReady = chosen.length > 0 && typed.trim() === wanted

  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!isReady) return
    startTransition(async () => {
      const subjects = chosen.map(({ subject }) => subjectKey(subject))
      const asked = await sweep({ projectId, subjects, confirmation: typed.trim() })
      if ('failure' in asked) return setRefusal(asked.failure.message)
      router.push(sweepHref(projectId, { operation: asked.operationId }))
    })
  }

  return (
    <form onSubmit={submit} className="flex flex-wrap items-end gap-3 border-t bg-sunken/50 px-4 py-3">
      <label className="contents text-sm">
        <span className="w-full text-sm text-ink-soft">
          Type <strong className="font-semibold text-ink">{wanted}</strong> to go on. Data in databases cannot be
          brought back.
        </span>
        <input
          value={typed}
          onChange={({ target }) => setTyped(target.value)}
          autoComplete="off"
          spellCheck={false}
          disabled={chosen.length === 0}
          className="h-8 w-56 rounded-md border border-line-strong bg-surface px-2.5 max-md:h-10 max-md:w-full"
        />
      </label>
      <button type="submit" disabled={!isReady || isPending} className={`${button('danger')} max-md:w-full`}>
        {isPending && <Icon name="spinner" className="size-4 animate-turn" />}
        Sweep {chosen.length}
      </button>
      {refusal && (
        <p role="alert" className="w-full text-pretty text-sm text-critical">
          {refusal}
        </p>
      )}
    </form>
  )
}

/** `3 environments stopped, 12 apps and 11 databases destroyed, 1.4 GB` */
function totalWords(victims: readonly Victim[]): string {
  const count = (step: Victim['steps'][number], one: string, many: string) => {
    const number = victims.filter(({ steps }) => steps.includes(step)).length
    return number === 0 ? [] : [`${number} ${number === 1 ? one : many}`]
  }
  const stopped = count('stop', 'environment', 'environments').map((words) => `${words} stopped`)
  const destroyed = [...count('destroy-app', 'app', 'apps'), ...count('destroy-database', 'database', 'databases')]
  const size = victims.reduce((sum, { database }) => sum + (database?.sizeBytes ?? 0), 0)
  return [
    ...stopped,
    ...(destroyed.length > 0 ? [`${destroyed.join(' and ')} destroyed`] : []),
    ...(size > 0 ? [bytes(size)] : []),
  ].join(', ')
}
