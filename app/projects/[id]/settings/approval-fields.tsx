import type { ProjectSettings } from '#lib/domain/settings.ts'
import { settingsBounds } from '#lib/domain/settings-flaws.ts'
import { Choice, NumberField, SettingsSection } from './field.tsx'

type Approval = ProjectSettings['approval']

/** Whether one person alone may deploy to production. */
export function ApprovalFields({ value, onChange }: { value: Approval; onChange(value: Approval): void }) {
  const { least, most } = settingsBounds.validHours
  return (
    <SettingsSection title="Approval" about="Berth asks for it by itself; GitLab needs no licence for that.">
      <Choice
        type="checkbox"
        name="approval"
        checked={value.needed}
        onChange={(needed) => onChange({ ...value, needed })}
        title="A second person agrees to every deployment to production"
        about="Another maintainer of the project; for one commit, once."
      >
        <NumberField
          label="An approval is valid for"
          value={value.validHours}
          onChange={(validHours) => onChange({ ...value, validHours })}
          least={least}
          most={most}
          unit="hours"
        />
      </Choice>
    </SettingsSection>
  )
}
