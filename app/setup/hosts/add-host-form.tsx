'use client'

import type { HostRole } from '#lib/domain/connections.ts'
import { addHostAction } from '../actions.ts'
import { SetupField, SetupForm } from '../setup-form.tsx'

const roles: { role: HostRole; title: string; about: string }[] = [
  { role: 'review', title: 'Review apps and staging', about: 'Apps come and go here.' },
  { role: 'production', title: 'Production', about: 'What customers use; proposals look for production apps here.' },
]

/** `taken`: the kinds of hosts that there are already; the form proposes the other. */
export function AddHostForm({ next, taken, isFirst }: { next: string; taken: readonly HostRole[]; isFirst: boolean }) {
  const proposed: HostRole = taken.includes('review') && !taken.includes('production') ? 'production' : 'review'
  return (
    <SetupForm action={addHostAction} submit="Make a key for it" pending="Reading the host’s key …">
      {(tried) => (
        <>
          <input type="hidden" name="next" value={next} />
          <fieldset className="flex flex-col gap-2">
            <legend className="mb-1.5 text-sm font-medium">What is it for?</legend>
            <div className="grid gap-2 sm:grid-cols-2">
              {roles.map(({ role, title, about }) => (
                <label
                  key={role}
                  className="flex gap-2.5 rounded-lg border border-line-strong px-3 py-2.5 text-sm has-checked:border-ink has-checked:bg-sunken"
                >
                  <input
                    type="radio"
                    name="role"
                    value={role}
                    defaultChecked={(tried?.typed.role ?? proposed) === role}
                    className="mt-0.5 size-4 shrink-0 accent-[var(--color-ink)]"
                  />
                  <span>
                    <span className="block font-medium">{title}</span>
                    <span className="block text-pretty text-ink-soft">{about}</span>
                  </span>
                </label>
              ))}
            </div>
          </fieldset>
          <div className="grid gap-5 sm:grid-cols-[1fr_7rem]">
            <SetupField
              tried={tried}
              name="address"
              label="Address"
              placeholder="dokku.example.jp"
              hint="A name or an IP address; a private one is fine."
              required
              autoFocus={isFirst}
            />
            <SetupField tried={tried} name="port" label="SSH port" value="22" required />
          </div>
          <div className="grid gap-5 sm:grid-cols-2">
            <SetupField
              tried={tried}
              name="name"
              label="Name in Berth"
              value={taken.includes(proposed) ? '' : proposed}
              hint="Small letters, digits and hyphens."
              required
            />
            <SetupField
              tried={tried}
              name="user"
              label="SSH user"
              value="dokku"
              hint="Always dokku, unless you changed it."
              required
            />
          </div>
        </>
      )}
    </SetupForm>
  )
}
