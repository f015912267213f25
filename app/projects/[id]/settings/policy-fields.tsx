import { type ReactNode, useState } from 'react'
import type { PolicySettings } from '#lib/domain/settings.ts'
import { settingsBounds } from '#lib/domain/settings-flaws.ts'
import { Choice, field, NumberField, SettingsSection } from './field.tsx'

/** What each policy begins with when it is switched on. */
const firstIdle = { days: 14, warnDays: 3 }
const firstPerAuthor = 5

/** Which review apps stop by themselves; below, what that means right now. */
export function PolicyFields({
  value,
  onChange,
  children,
}: {
  value: PolicySettings
  onChange(value: PolicySettings): void
  children: ReactNode
}) {
  const { idle, stopEnded, keepPerAuthor } = value
  const set = (more: Partial<PolicySettings>) => onChange({ ...value, ...more })
  return (
    <SettingsSection
      title="Policies"
      about="berth-policy stops review apps that nobody needs, with Berth’s own token (scope api). Never staging or production, nothing that is kept or protected, and nothing that somebody keeps alive."
    >
      <Choice
        type="checkbox"
        name="idle"
        checked={idle !== null}
        onChange={(isOn) => set({ idle: isOn ? firstIdle : null })}
        title="Stop what nobody deploys to"
        about="It is announced on its page and in the channels first; a new deployment, or Keep, takes that back."
      >
        {idle && (
          <>
            <NumberField
              label="Stop"
              value={idle.days}
              onChange={(days) => set({ idle: { ...idle, days } })}
              {...settingsBounds.idleDays}
              unit="days after the last deployment"
            />
            <NumberField
              label="Announce it"
              value={idle.warnDays}
              onChange={(warnDays) => set({ idle: { ...idle, warnDays } })}
              least={0}
              most={settingsBounds.idleDays.most - 1}
              unit="days before"
            />
          </>
        )}
      </Choice>
      <Choice
        type="checkbox"
        name="ended"
        checked={stopEnded}
        onChange={(isOn) => set({ stopEnded: isOn })}
        title="Stop what GitLab forgot"
        about="A quarter of an hour after its merge request was merged or closed, unless the branch goes on."
      />
      <Choice
        type="checkbox"
        name="per-author"
        checked={keepPerAuthor !== null}
        onChange={(isOn) => set({ keepPerAuthor: isOn ? firstPerAuthor : null })}
        title="Keep only the newest of each author"
        about="The most recently deployed stay; the others are announced, and stopped an hour later."
      >
        {keepPerAuthor !== null && (
          <NumberField
            label="Keep"
            value={keepPerAuthor}
            onChange={(count) => set({ keepPerAuthor: count })}
            {...settingsBounds.keepPerAuthor}
            unit="review apps of an author"
          />
        )}
      </Choice>
      <Labels labels={value.skipLabels} onChange={(skipLabels) => set({ skipLabels })} />
      {children}
    </SettingsSection>
  )
}

/** Typed as one line: what is between two commas is a label as soon as it is typed, and the comma stays while one types on. */
function Labels({ labels, onChange }: { labels: readonly string[]; onChange(labels: string[]): void }) {
  const [typed, setTyped] = useState<string | null>(null)
  const change = (text: string) => {
    setTyped(text)
    onChange(
      text
        .split(',')
        .map((label) => label.trim())
        .filter(Boolean),
    )
  }
  return (
    <label className="flex flex-wrap items-center gap-2">
      <span className="font-medium">Leave alone what has a label</span>
      <input
        value={typed ?? labels.join(', ')}
        onChange={({ target }) => change(target.value)}
        onBlur={() => setTyped(null)}
        placeholder="keep, demo"
        autoComplete="off"
        className={`${field} w-72 max-md:w-full`}
      />
      <span className="text-ink-soft">of its merge request; separated by commas</span>
    </label>
  )
}
