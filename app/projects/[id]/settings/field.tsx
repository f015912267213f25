import type { ReactNode } from 'react'

/** One part of the settings, with what it is about. */
export function SettingsSection({ title, about, children }: { title: string; about: string; children: ReactNode }) {
  const id = title.toLowerCase().replaceAll(' ', '-')
  return (
    <section aria-labelledby={id} className="overflow-hidden rounded-xl border bg-surface">
      <header className="border-b px-4 py-2.5">
        <h2 id={id} className="font-semibold">
          {title}
        </h2>
        <p className="text-pretty text-sm text-ink-soft">{about}</p>
      </header>
      <div className="flex flex-col gap-4 px-4 py-4 text-sm">{children}</div>
    </section>
  )
}

/** A box to tick or a circle to choose, with what it means below it; what belongs to it follows only while it is on. */
export function Choice({
  type,
  name,
  checked,
  onChange,
  title,
  about,
  children,
}: {
  type: 'checkbox' | 'radio'
  name: string
  checked: boolean
  onChange(checked: boolean): void
  title: string
  about: string
  children?: ReactNode
}) {
  return (
    <div className="flex flex-col gap-2.5">
      <label className="flex gap-2.5">
        <input
          type={type}
          name={name}
          checked={checked}
          onChange={({ target }) => onChange(target.checked)}
          className="mt-0.5 size-4 shrink-0 accent-[var(--color-ink)] max-md:size-5"
        />
        <span>
          <span className="block font-medium">{title}</span>
          <span className="block text-pretty text-ink-soft">{about}</span>
        </span>
      </label>
      {checked && children && <div className="flex flex-wrap items-center gap-x-4 gap-y-2.5 pl-6.5">{children}</div>}
    </div>
  )
}

/** A whole number with its unit. An empty field is `NaN`, which no rule accepts. */
export function NumberField({
  label,
  value,
  onChange,
  least,
  most,
  unit,
}: {
  label: string
  value: number
  onChange(value: number): void
  least: number
  most: number
  unit: string
}) {
  return (
    <label className="inline-flex items-center gap-2">
      <span className="text-ink-soft">{label}</span>
      <input
        type="number"
        inputMode="numeric"
        required
        min={least}
        max={most}
        value={Number.isNaN(value) ? '' : value}
        onChange={({ target }) => onChange(target.valueAsNumber)}
        className={`${field} w-20`}
      />
      <span className="text-ink-soft">{unit}</span>
    </label>
  )
}

/** Classes of a field that is typed into. */
export const field =
  'h-8 rounded-md border border-line-strong bg-surface px-2.5 max-md:h-10 disabled:bg-sunken disabled:text-ink-faint'
