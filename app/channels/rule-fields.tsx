import type { ChannelRule } from '#lib/domain/channel.ts'
import { type NotificationEvent, notificationEvents } from '#lib/domain/notification.ts'
import { button } from '../_ui/button.ts'
import { eventWords } from './channel-words.ts'
import { field } from './field.ts'

/** A rule while somebody types: the environments as one line. */
export interface DraftRule {
  events: NotificationEvent[]
  environments: string
}

export const draftOf = ({ events, environments }: ChannelRule): DraftRule => ({
  events,
  environments: environments.join(', '),
})

export const ruleOf = ({ events, environments }: DraftRule): ChannelRule => ({
  events,
  environments: environments.split(/[\s,]+/).filter(Boolean),
})

/** What is told of which environments: a rule for each kind of place. */
export function RuleFields({ rules, onChange }: { rules: readonly DraftRule[]; onChange(rules: DraftRule[]): void }) {
  return (
    <div className="flex flex-col gap-4">
      {rules.map((rule, index) => (
        <RuleField
          // biome-ignore lint/suspicious/noArrayIndexKey: a rule has no name but its place.
          key={index}
          title={rules.length === 1 ? 'Told of' : `Told of, ${index + 1}`}
          rule={rule}
          onChange={(changed) => onChange(rules.with(index, changed))}
          onRemove={() => onChange(rules.toSpliced(index, 1))}
        />
      ))}
      <button
        type="button"
        onClick={() => onChange([...rules, { events: [], environments: '*' }])}
        className={`${button('plain', 'small')} self-start`}
      >
        {rules.length === 0 ? 'Add a rule' : 'Add another rule'}
      </button>
    </div>
  )
}

function RuleField({
  title,
  rule: { events, environments },
  onChange,
  onRemove,
}: {
  title: string
  rule: DraftRule
  onChange(rule: DraftRule): void
  onRemove(): void
}) {
  return (
    <fieldset className="flex flex-col gap-3 rounded-lg border px-3 pt-1 pb-3">
      <legend className="px-1 font-medium">{title}</legend>
      <div className="grid gap-x-4 gap-y-2 md:grid-cols-2">
        {notificationEvents.map((event) => (
          <label key={event} className="flex gap-2">
            <input
              type="checkbox"
              checked={events.includes(event)}
              onChange={({ target }) =>
                onChange({
                  events: notificationEvents.filter((one) => (one === event ? target.checked : events.includes(one))),
                  environments,
                })
              }
              className="mt-0.5 size-4 shrink-0 accent-[var(--color-ink)] max-md:size-5"
            />
            <span>
              <span className="block">{eventWords[event].words}</span>
              <span className="block text-xs text-ink-faint">{eventWords[event].about}</span>
            </span>
          </label>
        ))}
      </div>
      <label className="flex flex-col gap-1.5">
        <span className="font-medium">Environments</span>
        <input
          value={environments}
          onChange={({ target }) => onChange({ events, environments: target.value })}
          placeholder="production, review/*"
          autoComplete="off"
          spellCheck={false}
          className={field}
        />
        <span className="text-xs text-pretty text-ink-faint">
          Separated by commas; <code>*</code> stands for anything, and alone also for what concerns no environment.
        </span>
      </label>
      <button type="button" onClick={onRemove} className={`${button('quiet', 'small')} self-end`}>
        Remove this rule
      </button>
    </fieldset>
  )
}
