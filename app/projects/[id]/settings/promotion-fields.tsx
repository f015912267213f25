import type { ProjectSettings } from '#lib/domain/settings.ts'
import { settingsBounds } from '#lib/domain/settings-flaws.ts'
import { nextTags, tagOf } from '#lib/domain/version.ts'
import { Choice, field, SettingsSection } from './field.tsx'

type Promotion = ProjectSettings['promotion']

const example = { major: 1, minor: 2, patch: 3 }

/** How a commit gets from staging to production. */
export function PromotionFields({ value, onChange }: { value: Promotion; onChange(value: Promotion): void }) {
  const { way, tagTemplate } = value
  const next = nextTags([tagOf(example, tagTemplate)], tagTemplate)
  return (
    <SettingsSection title="Way to production" about="What happens when somebody promotes what staging runs.">
      <Choice
        type="radio"
        name="way"
        checked={way === 'job'}
        onChange={() => onChange({ ...value, way: 'job' })}
        title="Play the job"
        about="The production job of staging’s own pipeline, which waits for a click."
      />
      <Choice
        type="radio"
        name="way"
        checked={way === 'tag'}
        onChange={() => onChange({ ...value, way: 'tag' })}
        title="Create the next tag"
        about="A tag at staging’s commit; the pipeline of the tag deploys it."
      >
        <label className="inline-flex flex-wrap items-center gap-2">
          <span className="text-ink-soft">Named</span>
          <input
            value={tagTemplate}
            onChange={({ target }) => onChange({ ...value, tagTemplate: target.value })}
            maxLength={settingsBounds.tagTemplate.most}
            required
            spellCheck={false}
            autoComplete="off"
            aria-describedby="next-tags"
            className={`${field} w-56 font-mono`}
          />
        </label>
        <p id="next-tags" className="text-pretty text-ink-soft">
          After {tagOf(example, tagTemplate)} come <Tag name={next.patch} />, <Tag name={next.minor} /> or{' '}
          <Tag name={next.major} />.
        </p>
      </Choice>
    </SettingsSection>
  )
}

const Tag = ({ name }: { name: string }) => <span className="font-mono text-xs text-ink">{name}</span>
