'use client'

import { useRouter } from 'next/navigation'
import { startTransition, useOptimistic } from 'react'
import type { ActivityQuery } from '#lib/queries/activity.ts'
import { activityHref } from './activity-url.ts'

type Chosen = Pick<ActivityQuery, 'projectId' | 'actor' | 'action' | 'outcome' | 'from' | 'to'>

interface Choice {
  value: string
  words: string
}

/** Every choice is at once the address of what it shows. */
export function ActivityFilters({
  chosen,
  choices,
}: {
  chosen: Chosen
  choices: Record<'project' | 'actor' | 'action' | 'outcome', readonly Choice[]>
}) {
  const router = useRouter()
  const [shown, show] = useOptimistic(chosen)
  const choose = (change: Partial<Chosen>) =>
    startTransition(() => {
      const next = { ...shown, ...change }
      show(next)
      router.push(activityHref(next), { scroll: false })
    })
  return (
    <fieldset className="grid grid-cols-2 gap-2 text-sm md:flex md:flex-wrap md:items-end">
      <legend className="sr-only">Filters</legend>
      <Select
        label="Project"
        all="All projects"
        value={shown.projectId === null ? '' : String(shown.projectId)}
        choices={choices.project}
        onChoose={(value) => choose({ projectId: value ? Number(value) : null })}
      />
      <Select
        label="Who"
        all="Everybody"
        value={shown.actor ?? ''}
        choices={choices.actor}
        onChoose={(value) => choose({ actor: value || null })}
      />
      <Select
        label="What"
        all="Everything"
        value={shown.action ?? ''}
        choices={choices.action}
        onChoose={(value) => choose({ action: value || null })}
      />
      <Select
        label="Outcome"
        all="Any outcome"
        value={shown.outcome ?? ''}
        choices={choices.outcome}
        onChoose={(value) => choose({ outcome: (value || null) as Chosen['outcome'] })}
      />
      <Day label="From (UTC)" value={shown.from} onChoose={(from) => choose({ from })} />
      <Day label="To (UTC)" value={shown.to} onChoose={(to) => choose({ to })} />
    </fieldset>
  )
}

const field =
  'h-8 w-full rounded-md border border-line-strong bg-surface px-2 text-sm text-ink max-md:h-11 max-md:text-lg'

function Select({
  label,
  all,
  value,
  choices,
  onChoose,
}: {
  label: string
  all: string
  value: string
  choices: readonly Choice[]
  onChoose(value: string): void
}) {
  // What the address asks for can be chosen, though nothing in the audit has it.
  const known = value === '' || choices.some((choice) => choice.value === value)
  return (
    <label className="flex min-w-0 flex-col gap-1 text-xs text-ink-faint md:max-w-56">
      {label}
      <select value={value} onChange={(event) => onChoose(event.target.value)} className={field}>
        <option value="">{all}</option>
        {!known && <option value={value}>{value}</option>}
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.words}
          </option>
        ))}
      </select>
    </label>
  )
}

/** An instant in the address is shown as its day. */
function Day({ label, value, onChoose }: { label: string; value: string | null; onChoose(day: string | null): void }) {
  return (
    <label className="flex min-w-0 flex-col gap-1 text-xs text-ink-faint">
      {label}
      <input
        type="date"
        value={value?.slice(0, 10) ?? ''}
        onChange={(event) => onChoose(event.target.value || null)}
        className={field}
      />
    </label>
  )
}
